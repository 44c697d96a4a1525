package main

import (
	"errors"
	"strings"
	"testing"
)

// A tree may hold a million files that fail: all are counted, and no more are told of than anybody reads.
func TestManyFailures(t *testing.T) {
	var result treeResult
	const files = maxFailures + 5
	for range files {
		result.add(input{name: "x.ko"}, made{signed: signed{err: errors.New("no module")}})
	}
	err := result.verdict(input{name: "tree.tar"}, nil)
	if len(result.failures) != maxFailures || err == nil || !strings.Contains(err.Error(), "10005 of the 10005 files") {
		t.Errorf("%d are kept: %v", len(result.failures), err)
	}
}
