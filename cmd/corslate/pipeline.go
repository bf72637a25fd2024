package main

import (
	"iter"
	"runtime"
	"sync"

	"github.com/corslate/corslate/internal/manifest"
)

// entry is a document of the input, or why there is none.
type entry struct {
	document *manifest.Document
	err      error
}

// entries gives the documents of the paths.
func entries(std streams, paths ...string) iter.Seq[entry] {
	return func(yield func(entry) bool) {
		for document, err := range manifest.Read(std.in, paths...) {
			if !yield(entry{document, err}) {
				return
			}
		}
	}
}

// bytes is how much there is to do.
func (e entry) bytes() int {
	if e.document == nil {
		return 0
	}
	return len(e.document.Raw)
}

// What is handed to a worker at a time: enough that the handing over costs
// little, and little enough that memory stays flat.
const (
	batchItems = 16
	batchBytes = 32 << 10
	maxWorkers = 4 // more would not be faster than what reads and what writes, and would hold more
)

// batches groups inputs. bytes says how large one is.
func batches[In any](inputs iter.Seq[In], bytes func(In) int) iter.Seq[[]In] {
	return func(yield func([]In) bool) {
		var batch []In
		size := 0
		for in := range inputs {
			batch = append(batch, in)
			if size += bytes(in); size < batchBytes && len(batch) < batchItems {
				continue
			}
			if !yield(batch) {
				return
			}
			batch, size = nil, 0
		}
		if len(batch) > 0 {
			yield(batch)
		}
	}
}

// inOrder calls work for every input, on all processors, and gives the results
// in the order of the inputs. It holds only a few batches of either at a time.
func inOrder[In, Out any](inputs iter.Seq[In], bytes func(In) int, work func(In) Out) iter.Seq[Out] {
	return func(yield func(Out) bool) {
		type job struct {
			in  []In
			out chan []Out
		}
		workers := min(runtime.GOMAXPROCS(0), maxWorkers)
		jobs := make(chan job)
		order := make(chan chan []Out, workers)
		stop := make(chan struct{})
		var running sync.WaitGroup
		for range workers {
			running.Go(func() {
				for j := range jobs {
					results := make([]Out, len(j.in))
					for i := range j.in {
						results[i] = work(j.in[i])
						j.in[i] = *new(In) // what it has grown to is not needed any more
					}
					j.out <- results
				}
			})
		}
		running.Go(func() {
			defer close(order)
			defer close(jobs)
			for batch := range batches(inputs, bytes) {
				j := job{batch, make(chan []Out, 1)}
				select {
				case order <- j.out:
				case <-stop:
					return
				}
				jobs <- j // a worker takes it, whether or not the result is wanted
			}
		})
		defer running.Wait()
		defer close(stop)
		for results := range order {
			for _, result := range <-results {
				if !yield(result) {
					return
				}
			}
		}
	}
}
