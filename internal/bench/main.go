// Command bench measures what a conversion costs: corslate against a bare
// program that decodes each Ingress into the Kubernetes type and encodes an
// HTTPRoute, checks nothing and runs on one processor.
//
//	go run ./internal/bench [-sizes 10000,100000] [-runs 5]
//
// It builds both programs, generates streams of Ingresses with all seven
// annotations and three origins each, runs the programs in turn, and prints the
// median of each figure.
package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

func main() {
	sizes := flag.String("sizes", "10000,100000", "numbers of Ingresses, separated by commas")
	runs := flag.Int("runs", 5, "how often each program runs on each stream")
	flag.Parse()
	if err := bench(os.Stdout, *sizes, *runs); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(out io.Writer, sizes string, runs int) error {
	if runs < 1 {
		return errors.New("-runs: at least one")
	}
	dir, err := os.MkdirTemp("", "corslate-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	const module = "github.com/corslate/corslate/"
	build := exec.Command("go", "build", "-o", dir+string(filepath.Separator), module+"cmd/corslate", module+"internal/bench/bare", module+"internal/bench/generate")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("go build: %w", err)
	}
	fmt.Fprintf(out, "%10s  %-10s %10s %10s %10s\n", "ingresses", "program", "wall", "cpu", "peak")
	for size := range strings.SplitSeq(sizes, ",") {
		if err := compare(out, dir, strings.TrimSpace(size), runs); err != nil {
			return err
		}
	}
	return nil
}

// compare runs both programs in turn, so that the machine's moods meet both.
func compare(out io.Writer, dir, size string, runs int) error {
	n, err := strconv.Atoi(size)
	if err != nil {
		return fmt.Errorf("-sizes: %q is no number", size)
	}
	stream := filepath.Join(dir, "ingresses.yaml")
	file, err := os.Create(stream)
	if err != nil {
		return err
	}
	generate := exec.Command(filepath.Join(dir, "generate"), size)
	generate.Stdout, generate.Stderr = file, os.Stderr
	if err := errors.Join(generate.Run(), file.Close()); err != nil {
		return fmt.Errorf("generate: %w", err)
	}
	programs := []struct {
		name string
		args []string
	}{
		{"bare", []string{stream}},
		{"corslate", []string{"convert", "--to", "gatewayapi", stream}},
	}
	costs := make([][]cost, len(programs))
	for range runs {
		for i, p := range programs {
			c, err := measure(filepath.Join(dir, p.name), p.args...)
			if err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			costs[i] = append(costs[i], c)
		}
	}
	for i, p := range programs {
		m := medians(costs[i])
		fmt.Fprintf(out, "%10d  %-10s %9.2fs %9.2fs %7.0f MB\n", n, p.name, m.wall.Seconds(), m.cpu.Seconds(), float64(m.peak)/1e6)
	}
	return nil
}

// cost is what a run of a program took.
type cost struct {
	wall, cpu time.Duration
	peak      int64 // bytes of memory
}

// measure runs a program, whose output is thrown away.
func measure(program string, args ...string) (cost, error) {
	cmd := exec.Command(program, args...)
	started := time.Now()
	if err := cmd.Run(); err != nil {
		return cost{}, err
	}
	return cost{
		wall: time.Since(started),
		cpu:  cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(),
		peak: peak(cmd.ProcessState),
	}, nil
}

func medians(costs []cost) cost {
	return cost{
		wall: median(costs, func(c cost) time.Duration { return c.wall }),
		cpu:  median(costs, func(c cost) time.Duration { return c.cpu }),
		peak: median(costs, func(c cost) int64 { return c.peak }),
	}
}

func median[T cmp.Ordered](costs []cost, of func(cost) T) T {
	values := make([]T, len(costs))
	for i, c := range costs {
		values[i] = of(c)
	}
	slices.Sort(values)
	return values[len(values)/2]
}
