package policy

func audit(p *Policy) Report { return nil }

// Audit reports what is well-formed but unwise.
func (p *Policy) Audit() Report { return p.audit() }

// Dangers lists the codes of everything that Audit may call a [Danger].
func Dangers() []Code { return nil }
