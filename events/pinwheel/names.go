package pinwheel

// known returns the constant of a known event name, "" for any other: so a kept envelope does not hold on to a text of its
// own. A switch needs no start-up work and a fraction of a search's time.
func known(name []byte) string { //nolint:cyclop,funlen // a table
	switch string(name) {
	case "account.added":
		return "account.added"
	case "account.additional_connections_recommended":
		return "account.additional_connections_recommended"
	case "account.disconnected":
		return "account.disconnected"
	case "account.monitoring_status.updated":
		return "account.monitoring_status.updated"
	case "account.reconnected":
		return "account.reconnected"
	case "bill.added":
		return "bill.added"
	case "bill.reminder":
		return "bill.reminder"
	case "bill.removed":
		return "bill.removed"
	case "bill.updated":
		return "bill.updated"
	case "bill_switch.added":
		return "bill_switch.added"
	case "bill_switch.cancelled":
		return "bill_switch.cancelled"
	case "card_switch.added":
		return "card_switch.added"
	case "company_connect.census.added":
		return "company_connect.census.added"
	case "company_connect.employments.added":
		return "company_connect.employments.added"
	case "company_connect.incomes.added":
		return "company_connect.incomes.added"
	case "company_connect.status.updated":
		return "company_connect.status.updated"
	case "direct_deposit_allocations.added":
		return "direct_deposit_allocations.added"
	case "direct_deposit_payment.added":
		return "direct_deposit_payment.added"
	case "direct_deposit_switch.added":
		return "direct_deposit_switch.added"
	case "documents.added":
		return "documents.added"
	case "earnings_stream.payouts.refreshed":
		return "earnings_stream.payouts.refreshed"
	case "employment.added":
		return "employment.added"
	case "identity.added":
		return "identity.added"
	case "income.added":
		return "income.added"
	case "paycheck_viewer.added":
		return "paycheck_viewer.added"
	case "payout_cards.added":
		return "payout_cards.added"
	case "paystubs.added":
		return "paystubs.added"
	case "paystubs.documents.added":
		return "paystubs.documents.added"
	case "paystubs.fully_synced":
		return "paystubs.fully_synced"
	case "paystubs.ninety_days_synced":
		return "paystubs.ninety_days_synced"
	case "paystubs.seven_days_synced":
		return "paystubs.seven_days_synced"
	case "paystubs.thirty_days_synced":
		return "paystubs.thirty_days_synced"
	case "shifts.added":
		return "shifts.added"
	case "shifts.fully_synced":
		return "shifts.fully_synced"
	case "shifts.ninety_days_synced":
		return "shifts.ninety_days_synced"
	case "shifts.seven_days_synced":
		return "shifts.seven_days_synced"
	case "shifts.thirty_days_synced":
		return "shifts.thirty_days_synced"
	case "tax_forms.added":
		return "tax_forms.added"
	case "verification_reports.refreshed":
		return "verification_reports.refreshed"
	default:
		return ""
	}
}
