package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// names maps the names of old objects to those of new ones.
type names struct {
	objectFlags, namespaceFlags []string

	exact      map[key]key       // with a namespace
	bare       map[string]string // in any namespace
	namespaces map[string]string
}

func (n *names) flags(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&n.objectFlags, "map", nil, "pair an object that has another name in NEW: `OLD=NEW`, each a name or namespace/name")
	cmd.Flags().StringArrayVar(&n.namespaceFlags, "map-namespace", nil, "pair objects whose namespace has another name in NEW: `OLD=NEW`; an empty name stands for none")
}

// finish reads the flags.
func (n *names) finish() error {
	n.exact, n.bare, n.namespaces = map[key]key{}, map[string]string{}, map[string]string{}
	for _, text := range n.objectFlags {
		from, to, ok := strings.Cut(text, "=")
		fromNamespace, fromName, fromQualified := qualified(from)
		toNamespace, toName, toQualified := qualified(to)
		switch {
		case !ok || fromName == "" || toName == "":
			return fmt.Errorf("--map %q: write old=new", text)
		case fromQualified != toQualified:
			return fmt.Errorf("--map %q: give both names a namespace, or none", text)
		case fromQualified:
			n.exact[key{fromNamespace, fromName}] = key{toNamespace, toName}
		default:
			n.bare[fromName] = toName
		}
	}
	for _, text := range n.namespaceFlags {
		from, to, ok := strings.Cut(text, "=")
		if !ok {
			return fmt.Errorf("--map-namespace %q: write old=new", text)
		}
		n.namespaces[from] = to
	}
	return nil
}

func qualified(text string) (namespace, name string, ok bool) {
	if namespace, name, ok = strings.Cut(text, "/"); ok {
		return namespace, name, true
	}
	return "", text, false
}

// rename returns the key under which an old object is looked for in NEW.
func (n *names) rename(k key) key {
	if to, ok := n.exact[k]; ok {
		return to
	}
	if to, ok := n.bare[k.name]; ok {
		k.name = to
	}
	if to, ok := n.namespaces[k.namespace]; ok {
		k.namespace = to
	}
	return k
}
