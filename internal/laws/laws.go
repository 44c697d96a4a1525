// Package laws holds the tests that keep the house in order: who may import whom, what may stand where, and what the documents must name.
package laws
