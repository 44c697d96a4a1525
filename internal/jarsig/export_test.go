package jarsig

// SignAs is Sign with another Created-By.
var SignAs = sign
