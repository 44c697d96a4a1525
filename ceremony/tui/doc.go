// Package tui leads a ceremony on a full screen: the steps at the left, the one thing to do now at the right, and above it in words who
// must act. What the others may not see has a page of its own, which comes only after they were asked to turn away, and which goes by
// itself when nobody touches the keyboard. No meaning is carried by colour; 80 columns and 24 lines of plain ASCII show everything.
//
// What is typed is read here and not by the library that paints: it goes byte by byte from locked memory to locked memory and is wiped.
// It becomes a Go string only where it can be seen while it is typed.
//
// What it can't promise. A screen is painted from Go strings, which nobody can wipe: a page that shows a secret, or the rows of a sheet
// while they are typed, leave copies on the heap (the text, the library's cells, the bytes sent to the terminal) until the garbage
// collector has taken them and the memory was used again. An answer that is hidden while it is typed is in none of them. The
// terminal itself, tmux or a serial line between it and the program keep what they like. A terminal without an alternate screen, such
// as the Linux console, is erased at the end, with its scrollback where it can be. After kill -9 nothing is put back: "reset" does.
package tui
