package main

import (
	"context"
	"errors"
	"flag"
	"path/filepath"
	"testing"

	"github.com/urfave/cli/v2"

	"sigtool/keygen/export"
)

// After a signal nothing is written any more: who reads 130 finds nothing there.
func TestExportInterrupted(t *testing.T) {
	t.Parallel()
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	name := flags.String("output", filepath.Join(t.TempDir(), "out"), "")
	c := cli.NewContext(cli.NewApp(), flags, nil)
	result := &export.Result{Files: []export.File{{Data: []byte("a key")}}}
	ended, end := context.WithCancel(context.Background())
	end()
	c.Context = ended
	if err := writeExport(c, result, nil); !errors.Is(err, errInterrupted) || exists(*name) {
		t.Errorf("%v; a file is there: %t", err, exists(*name))
	}
	c.Context = context.Background()
	if err := writeExport(c, result, nil); err != nil || !exists(*name) {
		t.Errorf("%v; a file is there: %t", err, exists(*name))
	}
}
