package manifest_test

import (
	"fmt"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"

	"github.com/corslate/corslate/internal/manifest"
)

func ExampleDocuments() {
	const stream = `---
kind: Ingress
metadata: {name: shop}
spec: {clas: nginx}
---
kind: [
`
	for doc, err := range manifest.Documents("shop.yaml", strings.NewReader(stream)) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		for obj, err := range doc.Objects() {
			if err != nil {
				fmt.Println(err)
				continue
			}
			var in networkingv1.Ingress
			unknown, err := obj.Decode(&in)
			fmt.Println(obj.Place, obj.Head, unknown, err)
		}
	}
	// Output:
	// shop.yaml:1: document 1 Ingress shop [spec.clas] <nil>
	// shop.yaml:6: document 2: cannot be parsed: did not find expected node content
}
