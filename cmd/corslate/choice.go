package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// option is one word of a choice and what it stands for.
type option[T any] struct {
	word  string
	value T
}

// choice is a flag whose value is one of some words. It implements
// [pflag.Value].
type choice[T comparable] struct {
	into    *T
	options []option[T]
}

func (c choice[T]) String() string {
	for _, o := range c.options {
		if c.into != nil && o.value == *c.into {
			return o.word
		}
	}
	return ""
}

func (c choice[T]) Set(word string) error {
	for _, o := range c.options {
		if o.word == word {
			*c.into = o.value
			return nil
		}
	}
	return fmt.Errorf("it is one of %s", strings.Join(c.words(), ", "))
}

func (c choice[T]) Type() string { return "word" }

func (c choice[T]) words() []string {
	words := make([]string, len(c.options))
	for i, o := range c.options {
		words[i] = o.word
	}
	return words
}

var _ pflag.Value = choice[int]{}

// choiceFlag adds a flag that takes one of the options, and its completion.
// Unless into has a value already, the first option is the default.
func choiceFlag[T comparable](cmd *cobra.Command, into *T, name, usage string, options ...option[T]) {
	c := choice[T]{into, options}
	usage += " (" + strings.Join(c.words(), ", ") + ")"
	cmd.Flags().Var(c, name, usage)
	if err := cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(c.words(), cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // the flag is there, and new
	}
}
