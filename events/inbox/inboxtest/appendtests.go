package inboxtest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

func appendTests() []test {
	return []test{
		{"Append/stores an event that is found with its body", func(b *bench) {
			id := b.add(event("a", "acc"))
			r := b.find(id)
			equal(b, "state", inbox.Ready, r.State)
			equal(b, "body", "body of a", string(r.Body))
			equal(b, "size", len(r.Body), r.Size)
			equal(b, "order key", "acme/acc", r.OrderKey)
			b.same("StoredAt", b.time(), r.StoredAt)
			b.same("Since", b.time(), r.Since)
		}},
		{"Append/keeps all metadata but Attempt and Handler", metaSurvives},
		{"Append/gives ids that grow", func(b *bench) {
			first, second := b.add(event("a", "")), b.add(event("b", ""))
			if first <= 0 || second <= first {
				b.Fatalf("ids %d, %d", first, second)
			}
		}},
		{"Append/answers for each event of a batch in the same order", func(b *bench) {
			out := b.append(event("a", ""), event("b", ""), event("a", ""), event("c", ""))
			var got []inbox.Disposition
			for _, o := range out {
				got = append(got, o.Disposition)
			}
			equal(b, "dispositions", []inbox.Disposition{inbox.Stored, inbox.Stored, inbox.Duplicate, inbox.Stored}, got)
			equal(b, "the duplicate is of", out[0].ID, out[2].ID)
		}},
		{"Append/takes an empty batch", func(b *bench) { equal(b, "answers", 0, len(b.append())) }},
		{"Append/stores a dead letter at once when there is a reason", func(b *bench) {
			a := event("a", "acc")
			a.DeadReason, a.Detail = "unparseable", []byte("detail")
			r := b.find(b.add(a))
			equal(b, "state", inbox.Dead, r.State)
			equal(b, "reason", "unparseable", r.Reason)
			equal(b, "detail", "detail", string(r.Detail))
			b.same("FinishedAt", b.time(), r.FinishedAt)
			b.none("a dead letter is not due")
		}},
		{"Append/stores binary bodies byte for byte", func(b *bench) {
			a := event("a", "")
			for i := range 256 {
				a.Body = append(a.Body, byte(i))
			}
			equal(b, "body", string(a.Body), string(b.find(b.add(a)).Body))
		}},
		{"Append/stores a body of one mebibyte", func(b *bench) {
			a := event("a", "")
			a.Body = make([]byte, 1<<20)
			equal(b, "size", 1<<20, b.find(b.add(a)).Size)
		}},
		{"Append/of one key by many at once stores one", appendAtOnce},
		{"Append/does not keep the caller's slices", func(b *bench) {
			a := event("a", "")
			id := b.add(a)
			a.Body[0] = 'X'
			equal(b, "body", "body of a", string(b.find(id).Body))
		}},
	}
}

func metaSurvives(b *bench) {
	a := event("a", "")
	a.Meta = events.Meta{
		ID: "id", Kind: events.KindID{Provider: "p", Stream: events.StreamLink, Name: "n/m"}, Endpoint: "e",
		Source: events.SourceLink, Trust: events.Claimed,
		Subject: events.Subject{AccountID: "acc", EndUserID: "user", LinkTokenID: "token", Session: "session"},
		JobID:   "job", Outcome: "pending", KeyID: "key", Seq: 1<<63 + 7, Attempt: 9, Handler: "h",
		OccurredAt: time.Date(1999, time.December, 31, 23, 59, 59, 1000, time.UTC), ReceivedAt: start,
	}
	got := b.find(b.add(a)).Meta
	b.same("OccurredAt", a.Meta.OccurredAt, got.OccurredAt)
	b.same("ReceivedAt", a.Meta.ReceivedAt, got.ReceivedAt)
	want := a.Meta
	want.Attempt, want.Handler = 0, ""
	got.OccurredAt, got.ReceivedAt = want.OccurredAt, want.ReceivedAt
	equal(b, "metadata", fmt.Sprintf("%#v", want.Subject)+want.Kind.String(), fmt.Sprintf("%#v", got.Subject)+got.Kind.String())
	equal(b, "metadata", want, got)

	bare := event("bare", "")
	bare.Meta.OccurredAt = time.Time{}
	if at := b.find(b.add(bare)).Meta.OccurredAt; !at.IsZero() {
		b.Fatalf("a time that was not given became %v", at)
	}
}

func appendAtOnce(b *bench) {
	const writers = 16
	ctx := b.ctx()
	results := make([]inbox.Appended, writers)
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			out, err := b.store.Append(ctx, []inbox.Arrival{event("a", "acc")})
			if err != nil {
				b.Errorf("Append: %v", err)
				return
			}
			results[i] = out[0]
		})
	}
	wg.Wait()
	stored := 0
	for _, r := range results {
		if r.Disposition == inbox.Stored {
			stored++
		}
		equal(b, "the id that all are told", results[0].ID, r.ID)
	}
	equal(b, "stored", 1, stored)
}

func closeTests() []test {
	return []test{
		{"Close/makes every method fail, and may be called twice", func(b *bench) {
			b.add(event("a", ""))
			b.must(b.store.Close())
			b.must(b.store.Close())
			if _, err := b.store.Append(b.ctx(), []inbox.Arrival{event("b", "")}); err == nil {
				b.Fatal("a closed store took an event")
			}
			if _, _, err := b.store.Claim(b.ctx(), 1, lease); err == nil {
				b.Fatal("a closed store let an event be claimed")
			}
		}},
		{"Context/that is done before the call makes it fail", func(b *bench) {
			ctx, cancel := context.WithCancel(b.ctx())
			cancel()
			_, err := b.store.Append(ctx, []inbox.Arrival{event("a", "")})
			b.wants(err, context.Canceled)
			_, _, err = b.store.Claim(ctx, 1, lease)
			b.wants(err, context.Canceled)
			_, err = b.store.Find(ctx, 1)
			b.wants(err, context.Canceled)
			_, err = b.store.Get(ctx, "k")
			b.wants(err, context.Canceled)
		}},
	}
}
