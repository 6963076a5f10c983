package linkbridge

// What the golden file fixes and no option changes.
const (
	AckEvery        = ackEvery
	AckDelay        = ackDelay
	PushRing        = ringSize
	PushKeep        = ringKeep
	ClientQueue     = clientQueue
	ShortenedLength = shortenedLength
)

// Nacks returns the codes of a nack.
func Nacks() []string { return []string{nackTooLarge, nackInvalid, nackRate} }

// Reconnects reports what a bye says of a close code.
func Reconnects(code int) bool { return refusal{code: code}.reconnect() }

// Reasons returns the words that close frames carry.
func Reasons() []string {
	var words []string
	for _, r := range []refusal{refuseTicket, refuseForbidden, refuseEnded, refuseSuperseded, refuseMalformed, refuseEncoding,
		refuseVersion, refuseRoom, refuseFault} {
		words = append(words, r.reason)
	}
	return words
}
