package origins

import "sort"

// list accepts the texts of a sorted list, without building anything for it: a
// state is the range of texts that begin alike.
type list struct {
	texts  []string
	ranges []span
	index  map[span]int32
}

type span struct{ from, to, depth int }

// newList takes texts that are sorted.
func newList(texts []string) *list {
	l := &list{texts: texts, index: map[span]int32{}}
	l.intern(span{0, len(texts), 0})
	return l
}

func (l *list) intern(s span) int32 {
	if id, ok := l.index[s]; ok {
		return id
	}
	id := int32(len(l.ranges))
	l.ranges = append(l.ranges, s)
	l.index[s] = id
	return id
}

func (l *list) start() int32 { return 0 }

func (l *list) step(state int32, c byte) int32 {
	s := l.ranges[state]
	texts := l.texts[s.from:s.to]
	from := sort.Search(len(texts), func(i int) bool { return len(texts[i]) > s.depth && texts[i][s.depth] >= c })
	to := sort.Search(len(texts), func(i int) bool { return len(texts[i]) > s.depth && texts[i][s.depth] > c })
	if from == to {
		return dead
	}
	return l.intern(span{s.from + from, s.from + to, s.depth + 1})
}

func (l *list) accepting(state int32) bool {
	s := l.ranges[state]
	return s.from < s.to && len(l.texts[s.from]) == s.depth
}

func (l *list) refine(cl *classes) {
	for c := byte('!'); c <= '~'; c++ {
		cl.split(func(b byte) bool { return b == c })
	}
}
