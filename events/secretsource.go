package events

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// SecretSource fetches the keys that are valid now, newest first, from where the host keeps its secrets. It may be called
// from any goroutine. Its errors are logged, so they must not hold a secret.
type SecretSource func(ctx context.Context) ([]Key, error)

// Refresh fetches the keys once and replaces the present ones. When the source fails, or what it gives is unusable, the
// present keys stay and the error says why: an unreachable vault must not take the endpoint down.
func (r *Keyring) Refresh(ctx context.Context, src SecretSource) error {
	keys, err := src(ctx)
	if err != nil {
		return fmt.Errorf("events: fetching secrets: %w", err)
	}
	return r.Replace(keys...)
}

// Follow calls [Keyring.Refresh] every so often until ctx is done, and then returns the context's error. A failed refresh
// is logged and tried again next time. It panics when every is not positive. Use it with an errgroup; a nil log is
// [slog.Default].
func (r *Keyring) Follow(ctx context.Context, every time.Duration, src SecretSource, log *slog.Logger) error {
	if every <= 0 {
		panic("events: Follow needs a positive interval")
	}
	if log == nil {
		log = slog.Default() //nolint:forbidigo // the documented default: what fails unheard costs its host hours
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
			if err := r.Refresh(ctx, src); err != nil {
				log.WarnContext(ctx, "events: the secrets were not refreshed, the present ones stay", "error", err)
			}
		}
	}
}
