package journey

// Step is one stage on the way through Link. Steps are ordered; a session need not pass all of them.
type Step uint8

// The steps, with the Pinwheel and Argyle events that reach them.
const (
	Opened     Step = iota // open; intro - opened, search - opened or whatever UI event comes first
	Searched               // screen SEARCH_RESULTS; search - term updated
	Selected               // select_employer, select_platform; search - link item selected
	LoginShown             // screen LOGIN; login - opened without an error
	Attempted              // login_attempt; login - form submitted
	Challenged             // mfa - opened (Pinwheel reports no challenge)
	LoggedIn               // login; onAccountConnected: the platform let the user in
	Allocated              // input_allocation, input_amount; direct-deposit settings opened
	Done                   // success; success - opened, onDDSSuccess, onPayDistributionSuccess
	Confirmed              // a signed webhook: account.added, direct_deposit_switch.added, accounts.connected, …
)

// NumSteps is the number of steps; it bounds an array indexed by Step.
const NumSteps = int(Confirmed) + 1

var stepWords = [NumSteps]string{
	"opened", "searched", "selected", "login shown", "attempted", "challenged", "logged in", "allocated", "done", "confirmed",
}

// String returns the step's name in plain words.
func (s Step) String() string {
	if int(s) < NumSteps {
		return stepWords[s]
	}
	return "unknown"
}

// fact is what one envelope says about its session.
type fact struct {
	step    Step
	reached bool // step is reached
	left    bool // the modal was closed
	failed  bool // an error was shown; Type and Code of the claim say which
}

func at(s Step) fact { return fact{step: s, reached: true} }

var (
	exitFact  = fact{left: true}
	errorFact = fact{failed: true}
)

// byName holds what an event means by its name alone, whichever provider sends it: no name has two meanings.
var byName = map[string]fact{
	// Pinwheel
	"open":             at(Opened),
	"select_employer":  at(Selected),
	"select_platform":  at(Selected),
	"login_attempt":    at(Attempted),
	"login":            at(LoggedIn),
	"input_allocation": at(Allocated),
	"input_amount":     at(Allocated),
	"success":          at(Done),
	"exit":             exitFact,
	"error":            errorFact,
	// Argyle, Link 5 and Link 4
	"intro - opened":                 at(Opened),
	"search - opened":                at(Opened),
	"search - term updated":          at(Searched),
	"search - link item selected":    at(Selected),
	"login - form submitted":         at(Attempted),
	"mfa - opened":                   at(Challenged),
	"onAccountConnected":             at(LoggedIn),
	"direct-deposit settings opened": at(Allocated),
	"success - opened":               at(Done),
	"pd success - opened":            at(Done),
	"onDDSSuccess":                   at(Done),
	"onPayDistributionSuccess":       at(Done),
	"link closed":                    exitFact,
	"onClose":                        exitFact,
	"account error - opened":         errorFact,
	"error - opened":                 errorFact,
	"onAccountError":                 errorFact,
	"onDDSError":                     errorFact,
	"onPayDistributionError":         errorFact,
	"onError":                        errorFact,
}

// screens holds the Pinwheel screens that are a step.
var screens = map[string]fact{
	"SEARCH_DEFAULT": at(Opened),
	"SEARCH_RESULTS": at(Searched),
	"LOGIN":          at(LoginShown),
}

// linkFact returns what a Link event means.
func linkFact(name string, c *claim) fact {
	switch name {
	case "screen_transition":
		return screens[c.screen()]
	case "login - opened":
		if c.code() != "" {
			return errorFact
		}
		return at(LoginShown)
	default:
		return byName[name]
	}
}

// confirming holds the webhooks that prove what a session claimed.
var confirming = map[string]bool{
	"account.added":                     true,
	"direct_deposit_switch.added":       true,
	"accounts.connected":                true,
	"direct_deposit_switches.completed": true,
	"accounts.pay_distribution_updated": true,
}

// syncing holds the webhooks that say that a data set is complete.
var syncing = map[string]bool{
	"paystubs.fully_synced":   true,
	"payouts.fully_synced":    true,
	"activities.fully_synced": true,
	"gigs.fully_synced":       true,
}
