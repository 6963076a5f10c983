// Package inbox stores events before they are acknowledged and runs their handlers afterwards, with retries, for as long as it
// takes. Put it where the bus was and nothing else changes:
//
//	store, err := boltinbox.Open("events.db", nil)
//	box := inbox.New(store, bus, nil)
//	go box.Run(ctx)
//	mux.Handle("/hooks/pinwheel", router.New(box, pinwheel.NewWebhooks(events.Keys(secret), nil), nil))
//
// A provider gives up soon: Pinwheel after 15 minutes, Argyle after one more try. With an inbox a delivery that was answered
// with 200 does not depend on them any more.
//
// # Guarantees
//
// Each has a test, named behind it.
//
//   - Durable first: Publish returns nil only after the event is committed, and no handler runs before that
//     (TestDurableFirstAnEventIsStoredBeforePublishReturnsAndBeforeAnyHandlerRuns). What cannot be stored is not
//     acknowledged (TestAnEventThatCannotBeStoredIsNotAcknowledged).
//   - At least once: an accepted event is handed to each of its handlers until that has returned nil or given up, by this
//     process, the next one or another node (TestAtLeastOnceAnEventOutlivesTheInboxThatTookIt,
//     TestTheWorkOfANodeThatDiedIsTakenUpWithinTheLease).
//   - Effectively once: a redelivery is not run again (TestARedeliveryIsNotRunAgain), and a retry runs only the handlers that
//     have not succeeded (TestARetryRunsOnlyTheHandlersThatHaveNotSucceeded). What one handler achieved is recorded before the
//     next one starts (TestWhatAHandlerAchievedIsRecordedBeforeTheNextOneStarts), so that a crash repeats the one that was
//     running. A handler without a stable name is always run again
//     (TestAClosureWithoutANameIsAlwaysRunAgainNeverWronglySkipped). In the transaction that a store offers, an effect happens
//     exactly once (TestAHandlerInATransactionHasItsEffectOnceThoughTheProcessDiesAfterIt).
//   - Deduplication is part of the commit, never a step in front of a handler that may fail
//     (TestADuplicateOfAnEventWhoseHandlerFailedOnceIsNotLost). A provider that has no ids is known by its bodies, for a while
//     (TestABodyThatComesAgainAfterItsDedupTimeIsAnotherEvent), a Link event by number and by id
//     (TestALinkEventIsKnownByItsNumberAndByItsID), and a webhook and what the reconciler made in its place are one event,
//     whichever comes first (TestTheReconcilerAndTheRealWebhookAreOneEventBothWays).
//   - Nothing is dropped silently: one id with two bodies (TestTheSameIDWithAnotherBodyIsKeptAsADeadLetterAndSeen), a payload
//     that does not fit its type (TestAnUndecodableEventIsADeadLetterWithTheReason) and what nothing can parse
//     (TestKeepStoresWhatNothingCanParseAsADeadLetter) become dead letters with the reason; a kind without a handler
//     is kept for replay (TestAnUnhandledKindRunsOnUnhandledAndIsKeptForReplay).
//   - Order: of one account at most one event is handled at a time, in the order of arrival
//     (TestOneEventOfAnAccountAtATimeInTheOrderOfArrival). One that fails steps aside and does not block its account
//     (TestAnEventThatFailsStepsAsideAndDoesNotBlockItsAccount). Providers promise no order, so a handler that needs the
//     latest state asks the provider's API.
//   - Retries come with exponential backoff and full jitter for 24 hours (TestRetriesComeAtExactInstantsForTwentyFourHours),
//     RetryAfter is honoured (TestAHandlersRetryAfterIsHonoured), Permanent is a dead letter at once
//     (TestPermanentIsADeadLetterAtOnce), and a panic is a failure (TestAPanicIsAFailure).
//   - An event whose handlers end the process, each time, is a dead letter after the twentieth such run that began from its
//     fourth attempt on; those that were under way beside it are not
//     (TestAnEventThatEndsTheProcessEachTimeBecomesADeadLetterAndThoseBesideItDoNot).
//   - Bounded: handlers (TestWorkersBoundHowManyEventsAreHandledAtOnce), backlog
//     (TestABacklogAtItsBoundIsOverloadUntilItIsWorkedOff) and disk (TestADiskThatIsNearlyFullIsOverloadAndHandlingGoesOn).
//     Publishing does not wait for handlers (TestAHungHandlerDoesNotHoldUpOtherAccountsNorPublishing).
//   - A store that failed to write is not trusted until it was checked (TestAStoreThatHasFailedIsCheckedUntilItIsWellAgain).
//   - Shutdown takes nothing in, lets handlers finish (TestShutdownRefusesNewEventsAndWaitsForHandlers) and hands back what does
//     not end in time (TestShutdownHandsBackWhatDoesNotEndInTime).
//   - Bodies are encrypted at rest (TestBodiesAreEncryptedAtRest) under one key for each subject, and erasing that key
//     erases every copy (TestErasingTheKeyErasesEveryCopyOfABody).
//   - What is done by hand is recorded with who and why (TestEverythingDoneByHandIsInTheAuditRecordWithWhoAndWhy) in a chain of
//     hashes that shows changes (TestAChangedAuditRecordDoesNotVerify).
//   - No payload reaches a log, an error or an observation (TestNoPayloadReachesLogsErrorsOrObservations).
//
// # What it cannot do
//
// A handler whose effect lies outside of the store's database can have it twice: when the process ends, or the store fails,
// between the effect and the record of it. Give the effect an idempotency key: Meta.ID is the same each time. What the
// provider never sent
// is not in the inbox; package reconcile finds it. Erase reaches the store and its copies, not what handlers made of an event.
//
// # Stores
//
// [Memory] forgets, boltinbox keeps events in one file for one process, pginbox in a Postgres database for any number of
// nodes. A store of
// your own passes inboxtest.Exercise.
//
// # Watching
//
// The inbox reports to the bus's [events.Watch]: Stored, Duplicate, Conflict, Scheduled and Dead, beside what the bus
// reports of each run.
package inbox
