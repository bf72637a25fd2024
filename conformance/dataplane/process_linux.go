package dataplane

import (
	"os/exec"
	"syscall"
)

// endWithParent has the kernel end the program if the test is killed, as it is
// by go test's -timeout, before it can.
func endWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
