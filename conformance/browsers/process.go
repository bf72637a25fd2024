//go:build unix

package browsers

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// process is a running program together with all that it starts.
type process struct {
	cmd    *exec.Cmd
	dir    string        // removed at the end
	stderr bytes.Buffer  // to be read when ended is closed
	ended  chan struct{} // closed when the program itself is gone
	err    error         // how it ended, to be read then
}

// patience is how long the last of a killed browser may take to let go of its
// files and pipes.
const patience = 10 * time.Second

// start runs the program with its home in dir, in a process group of its own.
// The caller calls stop, which removes dir.
func start(program string, args, env []string, dir string) (*process, error) {
	p := &process{cmd: exec.Command(program, args...), dir: dir, ended: make(chan struct{})}
	p.cmd.Env = append(environment(dir), env...)
	p.cmd.Dir = dir
	p.cmd.Stderr = &p.stderr
	p.cmd.SysProcAttr = attributes()
	p.cmd.WaitDelay = patience // for a grandchild that keeps the pipe open
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	return p, nil
}

// stop ends the program and all that it started. There is nothing to save, so
// it does not ask.
func (p *process) stop() error {
	err := syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	if errors.Is(err, syscall.ESRCH) { // all are gone already
		err = nil
	}
	<-p.ended
	// What has been killed a moment ago may still be writing.
	giveUp := time.After(patience)
	for {
		failed := os.RemoveAll(p.dir)
		if failed == nil {
			return err
		}
		select {
		case <-giveUp:
			return errors.Join(err, failed)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// environment returns what a browser needs to know, and nothing of the user's:
// its home is dir.
func environment(dir string) []string {
	return []string{
		"HOME=" + dir,
		"TMPDIR=" + dir,
		"PATH=" + os.Getenv("PATH"),
		"LANG=C.UTF-8",
	}
}
