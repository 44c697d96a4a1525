// Package sandbox takes from the process what a signing tool never needs: the network, core dumps, and the ways to look into other processes.
package sandbox

import "errors"

// ErrUnavailable says that the system does not let this process have an empty network namespace.
var ErrUnavailable = errors.New("no empty network namespace to be had")
