package pinwheel

import "github.com/linkhook/linkhook/events"

// The webhooks of the subscription enum of 2025-07-08. [Describe] says when each comes and how well it is known.
//
// Those of jobs come for every outcome: check Outcome before reading data, also of events called added or synced.
var (
	// AccountAdded: a user logged in and an account came into being.
	AccountAdded = events.Webhook[Account](Provider, "account.added")
	// AccountMonitoringStatusUpdated: monitoring of an account became possible, impossible or was disabled. Low confidence.
	AccountMonitoringStatusUpdated = events.Webhook[AccountMonitoring](Provider, "account.monitoring_status.updated")
	// AccountAdditionalConnectionsRecommended: another account of the user would complete the data.
	AccountAdditionalConnectionsRecommended = events.Webhook[AdditionalConnections](Provider, "account.additional_connections_recommended")

	// EmploymentAdded: employment data is there or changed, or the job ended otherwise.
	EmploymentAdded = events.Webhook[Employment](Provider, "employment.added")
	// IdentityAdded: identity data is there or changed, or the job ended otherwise.
	IdentityAdded = events.Webhook[Identity](Provider, "identity.added")
	// IncomeAdded: income data is there or changed, or the job ended otherwise.
	IncomeAdded = events.Webhook[Income](Provider, "income.added")
	// PaystubsAdded: a batch of paystubs was collected or changed; several times per connection.
	PaystubsAdded = events.Webhook[Paystubs](Provider, "paystubs.added")
	// PaystubsSevenDaysSynced: 7 days of paystubs were collected, or the job failed.
	PaystubsSevenDaysSynced = events.Webhook[PaystubsSync](Provider, "paystubs.seven_days_synced")
	// PaystubsThirtyDaysSynced: 30 days of paystubs were collected, or the job failed.
	PaystubsThirtyDaysSynced = events.Webhook[PaystubsSync](Provider, "paystubs.thirty_days_synced")
	// PaystubsNinetyDaysSynced: 90 days of paystubs were collected, or the job failed.
	PaystubsNinetyDaysSynced = events.Webhook[PaystubsSync](Provider, "paystubs.ninety_days_synced")
	// PaystubsFullySynced: all paystubs there are were collected, or the job failed.
	PaystubsFullySynced = events.Webhook[PaystubsSync](Provider, "paystubs.fully_synced")
	// PaystubsDocumentsAdded: files of paystubs were collected. Low confidence.
	PaystubsDocumentsAdded = events.Webhook[PaystubDocuments](Provider, "paystubs.documents.added")
	// ShiftsAdded: a batch of shifts was collected or changed; several times per connection.
	ShiftsAdded = events.Webhook[Shifts](Provider, "shifts.added")
	// ShiftsSevenDaysSynced: 7 days of shifts were collected, or the job failed.
	ShiftsSevenDaysSynced = events.Webhook[ShiftsSync](Provider, "shifts.seven_days_synced")
	// ShiftsThirtyDaysSynced: 30 days of shifts were collected, or the job failed.
	ShiftsThirtyDaysSynced = events.Webhook[ShiftsSync](Provider, "shifts.thirty_days_synced")
	// ShiftsNinetyDaysSynced: 90 days of shifts were collected, or the job failed.
	ShiftsNinetyDaysSynced = events.Webhook[ShiftsSync](Provider, "shifts.ninety_days_synced")
	// ShiftsFullySynced: all shifts there are were collected, or the job failed.
	ShiftsFullySynced = events.Webhook[ShiftsSync](Provider, "shifts.fully_synced")
	// TaxFormsAdded: tax forms were collected or changed; one event lists all of a job.
	TaxFormsAdded = events.Webhook[TaxForms](Provider, "tax_forms.added")
	// DocumentsAdded: a document that a user uploaded is there, or its virus scan failed.
	DocumentsAdded = events.Webhook[Document](Provider, "documents.added")
	// VerificationReportsRefreshed: the verification reports of a user were brought up to date.
	VerificationReportsRefreshed = events.Webhook[VerificationReports](Provider, "verification_reports.refreshed")

	// DirectDepositAllocationsAdded: direct-deposit allocations are there or changed.
	DirectDepositAllocationsAdded = events.Webhook[DirectDepositAllocations](Provider, "direct_deposit_allocations.added")
	// DirectDepositSwitchAdded: a direct-deposit switch ended, or is pending.
	DirectDepositSwitchAdded = events.Webhook[DirectDepositSwitch](Provider, "direct_deposit_switch.added")
	// PaycheckViewerAdded: a paycheck viewer job ended. Low confidence.
	PaycheckViewerAdded = events.Webhook[PaycheckViewer](Provider, "paycheck_viewer.added")
	// EarningsStreamPayoutsRefreshed: the earnings stream of a user is up to date, or changed. Low confidence.
	EarningsStreamPayoutsRefreshed = events.Webhook[EarningsStream](Provider, "earnings_stream.payouts.refreshed")

	// BillSwitchAdded: the payment method at a merchant was switched, or the attempt failed.
	BillSwitchAdded = events.Webhook[BillSwitch](Provider, "bill_switch.added")
	// BillSwitchCancelled: a subscription was cancelled, or the attempt failed.
	BillSwitchCancelled = events.Webhook[BillCancellation](Provider, "bill_switch.cancelled")
	// BillAdded: a recurring bill was found.
	BillAdded = events.Webhook[Bill](Provider, "bill.added")
	// BillUpdated: a recurring bill changed. Low confidence.
	BillUpdated = events.Webhook[Bill](Provider, "bill.updated")
	// BillRemoved: a recurring bill is no longer tracked. Low confidence.
	BillRemoved = events.Webhook[Bill](Provider, "bill.removed")
	// BillReminder: a recurring bill is due soon. Low confidence.
	BillReminder = events.Webhook[Bill](Provider, "bill.reminder")

	// CompanyConnectCensusAdded: the census of a company is there, or the job ended otherwise.
	CompanyConnectCensusAdded = events.Webhook[CompanyData](Provider, "company_connect.census.added")
	// CompanyConnectEmploymentsAdded: the employments of a company are there, or the job ended otherwise.
	CompanyConnectEmploymentsAdded = events.Webhook[CompanyData](Provider, "company_connect.employments.added")
	// CompanyConnectIncomesAdded: the incomes of a company are there, or the job ended otherwise.
	CompanyConnectIncomesAdded = events.Webhook[CompanyData](Provider, "company_connect.incomes.added")
	// CompanyConnectStatusUpdated: the state of a company connection changed. Low confidence.
	CompanyConnectStatusUpdated = events.Webhook[CompanyStatusUpdate](Provider, "company_connect.status.updated")
)

// The legacy webhooks, which older subscriptions can still send.
var (
	// CardSwitchAdded: a payout card was switched, or the attempt failed. Legacy.
	CardSwitchAdded = events.Webhook[CardSwitch](Provider, "card_switch.added")
	// PayoutCardsAdded: payout cards are there, or the job ended otherwise. Legacy.
	PayoutCardsAdded = events.Webhook[PayoutCards](Provider, "payout_cards.added")
	// DirectDepositPaymentAdded: the payment of a loan linked to the paycheck ended. Legacy. Low confidence.
	DirectDepositPaymentAdded = events.Webhook[DirectDepositPayment](Provider, "direct_deposit_payment.added")
	// AccountDisconnected: an account can no longer be refreshed. Legacy, replaced in January 2022. Low confidence.
	AccountDisconnected = events.Webhook[LegacyAccount](Provider, "account.disconnected")
	// AccountReconnected: an account can be refreshed again. Legacy, replaced in January 2022. Low confidence.
	AccountReconnected = events.Webhook[LegacyAccount](Provider, "account.reconnected")
)
