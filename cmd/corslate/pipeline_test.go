package main

import (
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"
)

func TestInOrder(t *testing.T) {
	numbers := func(yield func(int) bool) {
		for i := 0; i < 1000; i++ {
			if !yield(i) {
				return
			}
		}
	}
	late := func(i int) int {
		if i%7 == 0 {
			time.Sleep(100 * time.Microsecond) // others overtake it
		}
		return i
	}
	if got := slices.Collect(inOrder(numbers, func(int) int { return 10_000 }, late)); !slices.IsSorted(got) || len(got) != 1000 {
		t.Errorf("%d results, sorted: %t", len(got), slices.IsSorted(got))
	}
}

// However many inputs there are, only a few are in work: that keeps memory flat.
func TestInOrderIsBounded(t *testing.T) {
	var read, done atomic.Int64
	most := int64(0)
	endless := func(yield func(int) bool) {
		for i := 0; ; i++ {
			read.Add(1)
			if !yield(i) {
				return
			}
		}
	}
	before := runtime.NumGoroutine()
	for range inOrder(endless, func(int) int { return 0 }, func(i int) int { return i }) {
		most = max(most, read.Load()-done.Add(1))
		if done.Load() == 50_000 {
			break
		}
	}
	if bound := int64(batchItems * (4*runtime.GOMAXPROCS(0) + 4)); most > bound {
		t.Errorf("%d inputs were held, want at most %d", most, bound)
	}
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines are left, before there were %d", runtime.NumGoroutine(), before)
		}
	}
}

func TestBatches(t *testing.T) {
	for _, test := range []struct {
		name string
		in   []int // sizes
		want []int // lengths of batches
	}{
		{"nothing", nil, nil},
		{"one", []int{1}, []int{1}},
		{"large ones alone", []int{batchBytes, batchBytes, 1}, []int{1, 1, 1}},
		{"up to the bound", []int{batchBytes - 1, 1, 1}, []int{2, 1}},
		{"many small ones", make([]int, batchItems+1), []int{batchItems, 1}},
	} {
		var got, items []int
		for batch := range batches(slices.Values(test.in), func(size int) int { return size }) {
			got = append(got, len(batch))
			items = append(items, batch...)
		}
		if !slices.Equal(got, test.want) || !slices.Equal(items, test.in) {
			t.Errorf("%s: batches of %d, want %d", test.name, got, test.want)
		}
	}
}
