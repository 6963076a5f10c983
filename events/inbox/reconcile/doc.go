// Package reconcile finds webhooks that never came. Pinwheel stops after 15 minutes, Argyle after one retry: what a deploy, a
// wrong secret or an outage longer than that swallowed is lost for good, unless somebody asks.
//
//	r := reconcile.New(box, nil, reconcile.Pinwheel(api, nil))
//	go r.Run(ctx)
//
// It asks the provider's API what happened, waits out the provider's own retries, and publishes what is missing on the same
// bus, as ordinary events with [events.SourceReconcile]. Handlers need not tell the difference.
//
// # What it promises
//
//   - A webhook of [Kinds] that was lost is handled as if it had come, within [Options.Every] after its [Options.Grace] ends.
//   - Nothing is handled twice: an event that the reconciler finds after its webhook is dropped, and a webhook that comes
//     after the reconciler stood in for it confirms that event and does not run its handlers again (see
//     inbox.Options.RerunConfirmed). They are paired by the job's id, its name and its outcome.
//   - It runs on one node at a time, by a lease in the store, and goes on where the last run ended, on whichever node.
//   - A job that stays pending for over 24 hours, which Pinwheel says cannot be, becomes one [JobOverdue] event.
//
// # What the events lack
//
// The API does not know everything that the webhook would have said: the event's id and the added and deleted lists are
// absent, and the end user is known when it was given to [Reconciler.Track], or when the account says so. Raw is what the
// payload is made of, not something a provider signed.
//
// # What cannot be found
//
// Sync milestones of Pinwheel (seven_days_synced, fully_synced and so on), bills, company-connect and verification reports leave no
// trace that could be told from the other jobs of the same run. Events of before the reconciler's first start are not its
// business. Monitoring refreshes leave no job: their trace is the account's data_updated_at, so several changes of one data set
// between two looks are one event.
package reconcile
