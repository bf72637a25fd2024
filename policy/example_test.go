package policy_test

import (
	"fmt"

	"github.com/corslate/corslate/policy"
)

func Example() {
	p, err := policy.New(policy.Spec{
		AllowOrigins:     []string{"https://dashboard.example.com"},
		AllowMethods:     []string{"PUT", "DELETE"},
		AllowHeaders:     []string{"Authorization", "Content-Type"},
		AllowCredentials: true,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.AllowsOrigin("https://dashboard.example.com"), p.AllowsOrigin("https://dashboard.example.com.evil.example"))
	verdict := p.Check(policy.Request{Origin: "https://dashboard.example.com", Method: "PATCH", Credentials: true})
	fmt.Println(verdict.Allowed, verdict.Reason)
	// Output:
	// true false
	// false method-not-allowed
}

// A regular expression that lost a backslash admits a domain that anybody can
// register.
func ExamplePolicy_Audit() {
	p := policy.MustNew(policy.Spec{AllowOrigins: []string{`~https://www.example\.com`}})
	for _, f := range p.Audit() {
		fmt.Println(f.Effect, f.Code, f.Witness.Request.Origin)
	}
	// Output:
	// danger regexp-open-to-registration https://wwwxexample.com
}

func ExampleCompare() {
	before := policy.MustNew(policy.Spec{AllowOrigins: []string{"https://*.a.example"}})
	after := policy.MustNew(policy.Spec{AllowOrigins: []string{"https://**.a.example"}})
	c := policy.Compare(before, after)
	fmt.Println(c.Relation)
	for _, w := range c.Witnesses {
		fmt.Println(w)
	}
	// Output:
	// wider
	// GET from https://evil.www.a.example: refused (origin-not-allowed) before, allowed after
}

func ExampleNew_malformed() {
	_, err := policy.New(policy.Spec{
		AllowOrigins: []string{"https://A.example/", "https://*"},
		AllowMethods: []string{"put"},
	})
	fmt.Println(err)
	// Output:
	// policy: 3 problems
	// 	malformed origin-syntax allowOrigins[0] "https://A.example/": no origin: browsers send the host in lower case; write https://a.example
	// 	malformed origin-syntax allowOrigins[1] "https://*": no origin: a lone * is no host (** is any host, *.a.example any name one label below); write https://**
	// 	malformed method-case allowMethods[0] "put": browsers send this method in upper case and compare byte by byte; write PUT
}
