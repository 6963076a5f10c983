// Package crashtest is what the crash and fault programs of the inbox share: a node that can be killed, the process around it,
// a provider that delivers to it until it is acknowledged, and the checker that compares what was acknowledged with what was
// stored and done.
//
// A [Node] serves a real router in front of a real inbox. Its handlers write what they do into a [Journal], an append-only
// file of one line for each step. A line is in the kernel's hands once it is written, so that killing the process loses none.
// [Read] goes over the journal afterwards and counts what must not have happened.
package crashtest
