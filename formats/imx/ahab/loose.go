package ahab

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"sigtool/formats"
	"sigtool/internal/patch"
)

// span is a run of bytes of the file; end is behind its last one.
type span struct{ from, end int64 }

// held are the bytes that containers and their images have, in the file's order.
func held(found []*container) []span {
	var all []span
	for _, c := range found {
		all = append(all, span{c.at, c.at + int64(c.length)})
		for _, m := range c.images {
			if m.size > 0 {
				all = append(all, span{c.at + m.offset, c.at + m.offset + m.size})
			}
		}
	}
	slices.SortFunc(all, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	return all
}

// maxLoose is how many runs a note names.
const maxLoose = 4

// loose says what stands beside the containers and their images, as far as containers are looked for: no signature is over it, and whatever
// loads it (SPL a FIT, a raw U-Boot) has to see to it itself. Zeros and erased flash (FF) are nothing.
func loose(ctx context.Context, src formats.Source, found []*container) ([]string, error) {
	all := held(found)
	limit := int64(0)
	for _, s := range all {
		limit = max(limit, s.end)
	}
	limit = min(src.Size(), limit+reach)
	var runs []string
	at := int64(0)
	for _, s := range append(all, span{limit, limit}) {
		run, err := something(ctx, src, span{at, min(s.from, limit)})
		if err != nil {
			return nil, err
		}
		if run.from < run.end {
			runs = append(runs, fmt.Sprintf("0x%x to 0x%x", run.from, run.end-1))
		}
		at = max(at, s.end)
	}
	var notes []string
	if n := len(runs); n > 0 {
		if n > maxLoose {
			runs = append(runs[:maxLoose], fmt.Sprintf("%d more", n-maxLoose))
		}
		notes = append(notes, fmt.Sprintf("bytes that are in no container, so that nobody signed them: %s; what loads those has to check them itself", strings.Join(runs, ", ")))
	}
	if limit < src.Size() {
		notes = append(notes, fmt.Sprintf("the file goes on behind byte 0x%x, and that is not looked at", limit))
	}
	return notes, nil
}

// something narrows a run down to what is neither 0 nor FF at its ends; to nothing where all of it is.
func something(ctx context.Context, src formats.Source, s span) (span, error) {
	run := span{}
	buffer := make([]byte, min(chunk, max(s.end-s.from, 0)))
	for at := s.from; at < s.end; at += int64(len(buffer)) {
		if err := ctx.Err(); err != nil {
			return span{}, err
		}
		part := buffer[:min(int64(len(buffer)), s.end-at)]
		if err := patch.ReadFull(src, part, at); err != nil {
			return span{}, err
		}
		for i, b := range part {
			switch {
			case b == 0 || b == 0xff:
			case run.end == 0:
				run = span{at + int64(i), at + int64(i) + 1}
			default:
				run.end = at + int64(i) + 1
			}
		}
	}
	return run, nil
}
