package argyle

// Advice is what a host does about an error: which of a few screens it shows, or which timer it sets.
type Advice uint8

// What can be advised. The zero Advice is none, for codes that are not known.
const (
	AdviceNone          Advice = iota // nothing is known about it
	AdviceRetryInLink                 // the user can try again in Link: mistyped, timed out, another way to sign in
	AdviceReopenLink                  // open Link again with the user token and the account id, so that the user signs in anew
	AdviceTryLater                    // the platform or Argyle is at fault: nothing for the user to do, try again after a while
	AdviceOtherAccount                // the same income is connected through another account already: go on with that one
	AdviceContractLimit               // the host's plan with Argyle is used up: tell the operator, not the user
	AdviceFixSetup                    // the host's own configuration or call is wrong: tell the developer
	AdviceFallback                    // it will not work for this user: offer an upload or another way
)

var adviceWords = [...]string{
	"none", "retry in link", "reopen link", "try later", "other account", "contract limit", "fix setup", "use fallback",
}

// String returns a short phrase, fit for a log or a metric label.
func (a Advice) String() string {
	if int(a) < len(adviceWords) {
		return adviceWords[a]
	}
	return adviceWords[AdviceNone]
}
