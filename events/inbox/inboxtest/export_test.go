package inboxtest

// Trace tells a story and returns what came up when.
var Trace = simulate
