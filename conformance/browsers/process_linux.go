package browsers

import "syscall"

// attributes puts a program into a process group of its own, and has the kernel
// end it if the test is killed, as it is by go test's -timeout, before it can.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
