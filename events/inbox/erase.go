package inbox

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"

	"github.com/linkhook/linkhook/events"
)

// Erase removes everything that is stored about a subject: the bodies and ids of all its events, whatever their state, and
// its data keys, so that copies in backups and in the store's own free pages cannot be read any more. An end user takes
// with it the accounts, link sessions and Link tokens that stored events connect with it, so that events that name only the
// account go too. An account goes alone: what is stored of its owner's other accounts stays. It returns how many events
// were emptied. Events that arrive later are stored anew, under another key. What a link bridge and a correlator keep here for
// a while, ids without payload values, is not reached: it ends by itself 24 hours after a link session's last sign of life.
func (b *Inbox) Erase(ctx context.Context, by By, subject events.Subject) (int, error) {
	if subject == (events.Subject{}) {
		return 0, errors.New("inbox: Erase needs a subject")
	}
	subjects, err := b.widen(ctx, subject)
	if err != nil {
		return 0, err
	}
	if err := b.note(ctx, by, "erase", subjectHash(&subject), 0); err != nil {
		return 0, err
	}
	if err := b.eraseKeys(ctx, subjects); err != nil {
		return 0, err
	}
	total := 0
	for _, s := range subjects {
		n, err := b.eraseEvents(ctx, s)
		total += n
		if err != nil {
			return total, err
		}
	}
	b.gauge.expire()
	return total, nil
}

// widen returns single-id subjects: those of subject and, for an end user, those that its events name.
func (b *Inbox) widen(ctx context.Context, subject events.Subject) ([]events.Subject, error) {
	var out []events.Subject
	known := map[events.Subject]bool{}
	add := func(list ...events.Subject) {
		for _, s := range list {
			if s != (events.Subject{}) && !known[s] {
				known[s] = true
				out = append(out, s)
			}
		}
	}
	add(split(&subject)...)
	if subject.EndUserID == "" {
		return out, nil
	}
	for r, err := range b.about(ctx, events.Subject{EndUserID: subject.EndUserID}) {
		if err != nil {
			return nil, err
		}
		add(split(&r.Meta.Subject)...)
	}
	return out, nil
}

// split returns one subject for each id of s.
func split(s *events.Subject) []events.Subject {
	return []events.Subject{
		{AccountID: s.AccountID}, {EndUserID: s.EndUserID}, {LinkTokenID: s.LinkTokenID}, {Session: s.Session},
	}
}

// about yields the events of a subject that are not erased.
func (b *Inbox) about(ctx context.Context, s events.Subject) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		f := Filter{Subject: s, Limit: adminChunk}
		for {
			list, err := b.store.List(ctx, f)
			if err != nil {
				yield(Record{}, fmt.Errorf("inbox: listing: %w", err))
				return
			}
			for i := range list {
				if !yield(list[i], nil) {
					return
				}
				f.After = list[i].ID
			}
			if len(list) < adminChunk {
				return
			}
		}
	}
}

func (b *Inbox) eraseKeys(ctx context.Context, subjects []events.Subject) error {
	entries := make([]string, len(subjects))
	for i := range subjects {
		owner := ownerOf(&subjects[i])
		b.seal.forget(owner)
		entries[i] = entryOf(owner)
	}
	if err := b.store.Erase(ctx, nil, entries); err != nil {
		return fmt.Errorf("inbox: erasing data keys: %w", err)
	}
	for i := range subjects {
		b.seal.forget(ownerOf(&subjects[i])) // a reader may have brought it back meanwhile
	}
	return nil
}

// eraseEvents empties the events of a subject. One that arrives while it goes on is emptied too.
func (b *Inbox) eraseEvents(ctx context.Context, s events.Subject) (int, error) {
	var ids []int64
	for r, err := range b.about(ctx, s) {
		if err != nil {
			return 0, err
		}
		ids = append(ids, r.ID)
	}
	total := 0
	for part := range chunks(ids) {
		if err := b.store.Erase(ctx, part, nil); err != nil {
			return total, fmt.Errorf("inbox: erasing: %w", err)
		}
		total += len(part)
	}
	return total, nil
}

// Export yields every stored event of a subject with its body, oldest first, for a request of that person. An event whose body
// retention has removed comes without Raw. The audit record says who took it and why.
func (b *Inbox) Export(ctx context.Context, by By, subject events.Subject) iter.Seq2[events.Envelope, error] {
	return func(yield func(events.Envelope, error) bool) {
		if subject == (events.Subject{}) {
			yield(events.Envelope{}, errors.New("inbox: Export needs a subject"))
			return
		}
		if err := b.note(ctx, by, "export", subjectHash(&subject), 0); err != nil {
			yield(events.Envelope{}, err)
			return
		}
		for r, err := range b.about(ctx, subject) {
			env := events.Envelope{Meta: r.Meta}
			if err == nil {
				err = b.fill(ctx, r.ID, &env)
			}
			if !yield(env, err) || err != nil {
				return
			}
		}
	}
}

// fill reads the body of a listed event into env, where there is one.
func (b *Inbox) fill(ctx context.Context, id int64, env *events.Envelope) error {
	r, err := b.store.Find(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err == nil {
		err = b.openBody(ctx, &r, env)
	}
	if errors.Is(err, ErrNoBody) || errors.Is(err, ErrErased) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("inbox: exporting: %w", err)
	}
	return nil
}

// subjectHash names a subject in the audit record without keeping who it is.
func subjectHash(s *events.Subject) string {
	k := NewKey("subject", s.AccountID, s.EndUserID, s.LinkTokenID, s.Session)
	return "subject " + hex.EncodeToString(k[:])
}
