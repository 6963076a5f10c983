package pinwheel

// Outcome says how a job ended. It is three-way: pending is neither a success nor a failure. Other values than the three are
// legal, by Pinwheel's policy, and are none of them.
type Outcome string

// The outcomes. A pending job sends the same event again with one of the other two, within 24 hours in production.
const (
	OutcomeSuccess Outcome = "success" // it did what it should
	OutcomeError   Outcome = "error"   // it failed; see the error's type and code
	OutcomePending Outcome = "pending" // it has not ended yet
)

// Succeeded reports whether the job did what it should.
func (o Outcome) Succeeded() bool { return o == OutcomeSuccess }

// Failed reports whether the job ended in an error.
func (o Outcome) Failed() bool { return o == OutcomeError }

// Pending reports whether the job has not ended yet.
func (o Outcome) Pending() bool { return o == OutcomePending }

// Known reports whether o is one of the constants.
func (o Outcome) Known() bool { return oneOf(o, OutcomeSuccess, OutcomeError, OutcomePending) }

// knownOutcome returns the constant of a known outcome, "" for any other, as known does for event names.
func knownOutcome(name []byte) string {
	switch Outcome(name) {
	case OutcomeSuccess:
		return string(OutcomeSuccess)
	case OutcomeError:
		return string(OutcomeError)
	case OutcomePending:
		return string(OutcomePending)
	default:
		return ""
	}
}
