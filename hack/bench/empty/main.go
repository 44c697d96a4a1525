// Command empty does nothing: it is what starting a Go program costs.
package main

func main() {}
