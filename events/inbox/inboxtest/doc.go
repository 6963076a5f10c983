// Package inboxtest holds what a store of an inbox must pass. [Exercise] has a case for every sentence of the contract of
// inbox.Store; [ExerciseDurable] adds what must survive the end of a process; [Simulate] runs a whole inbox under a seeded
// scheduler that fails, delays, repeats and restarts it.
//
//	func TestStore(t *testing.T) {
//		inboxtest.Exercise(t, func(t *testing.T) inbox.Store { return open(t) })
//	}
package inboxtest
