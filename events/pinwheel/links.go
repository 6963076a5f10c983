package pinwheel

import "github.com/linkhook/linkhook/events"

// The events of the Link modal, of SDK v2, v3 and v4. All of them are claims of a browser. error is not the end: the modal
// may try again. success comes once per finished job. The payloads say which SDK sends what.
var (
	// LinkOpen: the modal was shown.
	LinkOpen = events.Link[OpenClaim](Provider, "open")
	// LinkSelectEmployer: the user chose an employer.
	LinkSelectEmployer = events.Link[SelectEmployerClaim](Provider, "select_employer")
	// LinkSelectPlatform: the user chose a payroll platform.
	LinkSelectPlatform = events.Link[SelectPlatformClaim](Provider, "select_platform")
	// LinkIncorrectPlatformGiven: the user says that the proposed platform is the wrong one.
	LinkIncorrectPlatformGiven = events.Link[IncorrectPlatformGivenClaim](Provider, "incorrect_platform_given")
	// LinkLoginAttempt: the user sent credentials.
	LinkLoginAttempt = events.Link[LoginAttemptClaim](Provider, "login_attempt")
	// LinkLogin: the user logged in; account.added proves it.
	LinkLogin = events.Link[LoginClaim](Provider, "login")
	// LinkInputAmount: the user typed in how much to switch.
	LinkInputAmount = events.Link[InputAmountClaim](Provider, "input_amount")
	// LinkInputAllocation: the user chose how much to switch.
	LinkInputAllocation = events.Link[InputAllocationClaim](Provider, "input_allocation")
	// LinkInputRequired: the platform asks the user for more.
	LinkInputRequired = events.Link[InputRequiredClaim](Provider, "input_required")
	// LinkCardSwitchBegin: the user started to switch a card.
	LinkCardSwitchBegin = events.Link[CardSwitchBeginClaim](Provider, "card_switch_begin")
	// LinkDocUploadsBegin: the user started to upload documents.
	LinkDocUploadsBegin = events.Link[DocUploadsBeginClaim](Provider, "doc_uploads_begin")
	// LinkDocUploadsSubmitted: the user uploaded documents.
	LinkDocUploadsSubmitted = events.Link[DocUploadsSubmittedClaim](Provider, "doc_uploads_submitted")
	// LinkDDFormBegin: the user started a direct-deposit form.
	LinkDDFormBegin = events.Link[DDFormBeginClaim](Provider, "dd_form_begin")
	// LinkDDFormCreate: a direct-deposit form was made.
	LinkDDFormCreate = events.Link[DDFormCreateClaim](Provider, "dd_form_create")
	// LinkDDFormDownload: the user fetched the direct-deposit form.
	LinkDDFormDownload = events.Link[DDFormDownloadClaim](Provider, "dd_form_download")
	// LinkScreenTransition: another screen is shown.
	LinkScreenTransition = events.Link[ScreenTransitionClaim](Provider, "screen_transition")
	// LinkExit: the modal was closed, with an error or without.
	LinkExit = events.Link[ExitClaim](Provider, "exit")
	// LinkSuccess: a job ended well; once per job.
	LinkSuccess = events.Link[SuccessClaim](Provider, "success")
	// LinkError: an error, after which the modal may try again.
	LinkError = events.Link[ErrorClaim](Provider, "error")
	// LinkOtherEvent: an internal event of the modal, without promise.
	LinkOtherEvent = events.Link[OtherEventClaim](Provider, "other_event")
)

// The events of the Link modal for bills and merchants: from SDK v3.3, or from v4 only.
var (
	// LinkMerchantLoginSuccess: an account at a merchant was connected.
	LinkMerchantLoginSuccess = events.Link[MerchantLoginSuccessClaim](Provider, "merchant_login_success")
	// LinkExternalAccountConnected: a bank account was connected in order to find bills.
	LinkExternalAccountConnected = events.Link[ExternalAccountConnectedClaim](Provider, "external_account_connected")
	// LinkBillSwitchSuccess: a bill was switched.
	LinkBillSwitchSuccess = events.Link[BillSwitchClaim](Provider, "bill_switch_success")
	// LinkBillSwitchFailure: a bill could not be switched.
	LinkBillSwitchFailure = events.Link[BillSwitchClaim](Provider, "bill_switch_failure")
	// LinkBillCancelSuccess: a subscription was cancelled.
	LinkBillCancelSuccess = events.Link[BillSwitchClaim](Provider, "bill_cancel_success")
	// LinkBillCancelFailure: a subscription could not be cancelled.
	LinkBillCancelFailure = events.Link[BillSwitchClaim](Provider, "bill_cancel_failure")
	// LinkBillRemoved: the user removed a bill.
	LinkBillRemoved = events.Link[BillSwitchClaim](Provider, "bill_removed")
	// LinkBillAdded: the user added a bill.
	LinkBillAdded = events.Link[BillClaim](Provider, "bill_added")
	// LinkBillEdited: the user edited a bill.
	LinkBillEdited = events.Link[BillClaim](Provider, "bill_edited")
	// LinkBillMarkedInactive: the user marked a bill as inactive.
	LinkBillMarkedInactive = events.Link[BillClaim](Provider, "bill_marked_inactive")
	// LinkBillSwitchPlatformsAdded: the user chose merchants.
	LinkBillSwitchPlatformsAdded = events.Link[PlatformsClaim](Provider, "bill_switch_platforms_added")
	// LinkBillSwitchPlatformsRemoved: the user dropped merchants.
	LinkBillSwitchPlatformsRemoved = events.Link[PlatformsClaim](Provider, "bill_switch_platforms_removed")
	// LinkCalendarSync: the user put the bills into a calendar.
	LinkCalendarSync = events.Link[CalendarSyncClaim](Provider, "calendar_sync")
	// LinkCustomerTermsAccepted: the user accepted the terms of the host.
	LinkCustomerTermsAccepted = events.Link[CustomerTermsAcceptedClaim](Provider, "customer_terms_accepted")
	// LinkUserActivated: the user activated a product.
	LinkUserActivated = events.Link[UserActivatedClaim](Provider, "user_activated")
)
