package main

import "testing"

func TestRename(t *testing.T) {
	n := names{
		objectFlags:    []string{"team/a=prod/b", "a=c", "d=e=f"},
		namespaceFlags: []string{"team=live", "=default", "gone="},
	}
	if err := n.finish(); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ from, want key }{
		{key{"team", "a"}, key{"prod", "b"}}, // with its namespace, and that alone
		{key{"team", "x"}, key{"live", "x"}},
		{key{"other", "a"}, key{"other", "c"}},
		{key{"", "a"}, key{"default", "c"}},
		{key{"gone", "d"}, key{"", "e=f"}},
		{key{"other", "x"}, key{"other", "x"}},
	} {
		if got := n.rename(test.from); got != test.want {
			t.Errorf("%v becomes %v, want %v", test.from, got, test.want)
		}
	}
	for _, flag := range []string{"", "a", "=a", "a=", "team/a=b", "a=team/b", "team/=b/c"} {
		if err := (&names{objectFlags: []string{flag}}).finish(); err == nil {
			t.Errorf("--map %q is taken", flag)
		}
	}
	if err := (&names{namespaceFlags: []string{"a"}}).finish(); err == nil {
		t.Error("--map-namespace a is taken")
	}
}
