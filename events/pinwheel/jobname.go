package pinwheel

// JobName is the name of a job, in the payload of its events and in success of Link. Three jobs are called other than the
// events that they send: document_uploads sends documents.added, bill_cancellation sends bill_switch.cancelled, and paystubs
// and shifts send the events ending in synced as well. Open.
type JobName string

// The job names of events, and login, which Link alone reports.
const (
	JobEmployment               JobName = "employment"                 // its event is employment.added
	JobIdentity                 JobName = "identity"                   // its event is identity.added
	JobIncome                   JobName = "income"                     // its event is income.added
	JobPaystubs                 JobName = "paystubs"                   // sends paystubs.added and the paystubs events ending in synced
	JobShifts                   JobName = "shifts"                     // sends shifts.added and the shifts events ending in synced
	JobTaxForms                 JobName = "tax_forms"                  // its event is tax_forms.added
	JobDocumentUploads          JobName = "document_uploads"           // its event is documents.added
	JobDirectDepositAllocations JobName = "direct_deposit_allocations" // its event is direct_deposit_allocations.added
	JobDirectDepositSwitch      JobName = "direct_deposit_switch"      // sends direct_deposit_switch.added; also in Link
	JobBillSwitch               JobName = "bill_switch"                // its event is bill_switch.added
	JobBillCancellation         JobName = "bill_cancellation"          // its event is bill_switch.cancelled
	JobPaycheckViewer           JobName = "paycheck_viewer"            // its event is paycheck_viewer.added
	JobCardSwitch               JobName = "card_switch"                // sends card_switch.added, a legacy event; current in Link
	JobPayoutCards              JobName = "payout_cards"               // sends payout_cards.added, a legacy event
	JobDirectDepositPayment     JobName = "direct_deposit_payment"     // sends direct_deposit_payment.added, a legacy event
	JobLogin                    JobName = "login"                      // in Link only
)

// Known reports whether n is one of the constants.
func (n JobName) Known() bool {
	return oneOf(n, JobEmployment, JobIdentity, JobIncome, JobPaystubs, JobShifts, JobTaxForms, JobDocumentUploads,
		JobDirectDepositAllocations, JobDirectDepositSwitch, JobBillSwitch, JobBillCancellation, JobPaycheckViewer, JobCardSwitch,
		JobPayoutCards, JobDirectDepositPayment, JobLogin)
}
