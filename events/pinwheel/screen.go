package pinwheel

// Screen is a screen of the Link modal. Open: the guide says that screens come and go.
type Screen string

// The screens of the guide.
const (
	ScreenSearchDefault           Screen = "SEARCH_DEFAULT"             // the search, before anything is typed
	ScreenSearchResults           Screen = "SEARCH_RESULTS"             // what the search found
	ScreenSearchPlatformOnly      Screen = "SEARCH_PLATFORM_ONLY"       // the search for platforms alone
	ScreenProviderConfirmation    Screen = "PROVIDER_CONFIRMATION"      // is this the right platform?
	ScreenLogin                   Screen = "LOGIN"                      // the form for the platform's credentials
	ScreenDDAmountSelection       Screen = "DD_AMOUNT_SELECTION"        // how much of the direct deposit to switch
	ScreenDDConfirmation          Screen = "DD_CONFIRMATION"            // confirming the direct-deposit switch
	ScreenJobSuccess              Screen = "JOB_SUCCESS"                // the job ended well
	ScreenJobError                Screen = "JOB_ERROR"                  // the job failed
	ScreenManualInstructions      Screen = "MANUAL_INSTRUCTIONS"        // how to do it by hand
	ScreenBillSwitchIntro         Screen = "BILL_SWITCH_INTRO"          // what switching bills is
	ScreenBillSwitchAccounts      Screen = "BILL_SWITCH_ACCOUNTS"       // the accounts to look for bills in
	ScreenBillSwitchMerchantList  Screen = "BILL_SWITCH_MERCHANT_LIST"  // the merchants to choose from
	ScreenBillSwitchMerchant      Screen = "BILL_SWITCH_MERCHANT"       // one merchant's bill
	ScreenPlaidModal              Screen = "PLAID_MODAL"                // Plaid's own modal is open
	ScreenRecurrencesFound        Screen = "RECURRENCES_FOUND"          // the bills that were found
	ScreenBillSwitchManual        Screen = "BILL_SWITCH_MANUAL"         // adding a bill by hand
	ScreenBillSwitchPaymentMethod Screen = "BILL_SWITCH_PAYMENT_METHOD" // the payment method to switch to
	ScreenBillSwitchTransactions  Screen = "BILL_SWITCH_TRANSACTIONS"   // the payments of a bill
	ScreenBillSwitchSuccess       Screen = "BILL_SWITCH_SUCCESS"        // the bill was switched
	ScreenBillSwitchFailure       Screen = "BILL_SWITCH_FAILURE"        // the bill was not switched
	ScreenExitConfirmation        Screen = "EXIT_CONFIRMATION"          // does the user really want to leave?
)

// Known reports whether s is one of the constants.
func (s Screen) Known() bool {
	return oneOf(s, ScreenSearchDefault, ScreenSearchResults, ScreenSearchPlatformOnly, ScreenProviderConfirmation, ScreenLogin,
		ScreenDDAmountSelection, ScreenDDConfirmation, ScreenJobSuccess, ScreenJobError, ScreenManualInstructions,
		ScreenBillSwitchIntro, ScreenBillSwitchAccounts, ScreenBillSwitchMerchantList, ScreenBillSwitchMerchant, ScreenPlaidModal,
		ScreenRecurrencesFound, ScreenBillSwitchManual, ScreenBillSwitchPaymentMethod, ScreenBillSwitchTransactions,
		ScreenBillSwitchSuccess, ScreenBillSwitchFailure, ScreenExitConfirmation)
}
