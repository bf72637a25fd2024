package dataplane

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"testing"
	"time"
)

// tempDir is like the method of testing.TB, but its path is short enough for
// Unix sockets.
func tempDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "corslate")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// patience is how long a program may take before it listens; one that ends
// earlier is not waited for.
const patience = time.Minute

// start runs a program until the end of the test, and returns when it listens
// on the socket.
func start(t testing.TB, cmd *exec.Cmd, socket string) {
	t.Helper()
	var output bytes.Buffer // read after the program's end only
	cmd.Stdout, cmd.Stderr = &output, &output
	endWithParent(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	stop := func() {
		_ = cmd.Process.Kill() // it may have ended
		<-ended
	}
	giveUp := time.After(patience)
	for {
		if conn, err := net.Dial("unix", socket); err == nil {
			_ = conn.Close()
			t.Cleanup(stop)
			return
		}
		select {
		case err := <-ended:
			t.Fatalf("%s ended: %v\n%s", cmd.Path, err, output.Bytes())
		case <-giveUp:
			stop()
			t.Fatalf("%s does not listen\n%s", cmd.Path, output.Bytes())
		case <-time.After(10 * time.Millisecond):
		}
	}
}
