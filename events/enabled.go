package events

// EnabledEvents returns the webhook names of that provider that have a handler of [On], sorted: what the subscription at the
// provider must list, so that nothing registered waits in vain. Link events need no subscription and are left out.
func EnabledEvents(b *Bus, provider string) []string {
	var names []string
	for _, k := range b.Kinds() {
		if id := k.ID(); id.Provider == provider && id.Stream == StreamWebhook {
			names = append(names, id.Name)
		}
	}
	return names
}
