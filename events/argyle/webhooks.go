package argyle

import "github.com/linkhook/linkhook/events"

// Accounts: webhooks of API v2.
var (
	// AccountsAdded is sent when a user submitted a login in Link and the account was created; whether it connects is not known
	// yet. It takes the subscription option include_resource.
	AccountsAdded = events.Webhook[AccountChange](Provider, "accounts.added")
	// AccountsUpdated is sent when any property or timestamp of an account changed, also while the user sits in a second
	// factor, and together with connected and failed. With include_resource it is the one event that tells of every failure,
	// expired logins among them: look at Resource.Connection. It takes the subscription option include_resource.
	AccountsUpdated = events.Webhook[AccountChange](Provider, "accounts.updated")
	// AccountsConnected is sent when a user signed in, for the first time or again. Bodies without a resource are the same
	// bytes every time. It takes the subscription option include_resource.
	AccountsConnected = events.Webhook[AccountChange](Provider, "accounts.connected")
	// AccountsFailed is sent when an attempt to sign in failed, or its second factor timed out; not when a login expires later.
	// It takes the subscription option include_resource.
	AccountsFailed = events.Webhook[AccountFailure](Provider, "accounts.failed")
	// AccountsRemoved is sent when an account was deleted, by the user in Link or through the API.
	AccountsRemoved = events.Webhook[AccountChange](Provider, "accounts.removed")
)

// Users: webhooks of API v2.
var (
	// UsersFullySynced is sent when the initial retrieval of all connected accounts of a user is complete; again when a later
	// account completes. It can come before the fully_synced events of the data sets. There is no account in it.
	UsersFullySynced = events.Webhook[UserSync](Provider, "users.fully_synced")
)

// Identities: webhooks of API v2.
var (
	// IdentitiesAdded is sent when the first field of an identity was retrieved, once for each identity.
	IdentitiesAdded = events.Webhook[IdentityChange](Provider, "identities.added")
	// IdentitiesUpdated is sent when a property of an identity changed.
	IdentitiesUpdated = events.Webhook[IdentityChange](Provider, "identities.updated")
)

// Paystubs: webhooks of API v2.
var (
	// PaystubsAdded is sent when a refresh after the initial retrieval found new paystubs.
	PaystubsAdded = events.Webhook[Additions](Provider, "paystubs.added")
	// PaystubsUpdated is sent when a refresh found changed paystubs.
	PaystubsUpdated = events.Webhook[PaystubUpdates](Provider, "paystubs.updated")
	// PaystubsPartiallySynced is sent when the initial retrieval of paystubs reached the days the subscription asks for, 30
	// unless configured. Compare with [PartialSync.Covers]. It takes the subscription option days_synced.
	PaystubsPartiallySynced = events.Webhook[PartialSync](Provider, "paystubs.partially_synced")
	// PaystubsFullySynced is sent when the initial retrieval of paystubs is complete.
	PaystubsFullySynced = events.Webhook[FullSync](Provider, "paystubs.fully_synced")
)

// Gigs: webhooks of API v2.
var (
	// GigsAdded is sent when a refresh after the initial retrieval found new gigs.
	GigsAdded = events.Webhook[Additions](Provider, "gigs.added")
	// GigsUpdated is sent when a refresh found changed gigs. Its fields are drawn from paystubs.updated and the v1
	// activities.updated. Confidence is low.
	GigsUpdated = events.Webhook[GigUpdates](Provider, "gigs.updated")
	// GigsRemoved is sent when a refresh no longer found gigs. Its fields are drawn from the v1 activities.removed. Confidence
	// is low.
	GigsRemoved = events.Webhook[GigRemovals](Provider, "gigs.removed")
	// GigsPartiallySynced is sent when the initial retrieval of gigs reached the days the subscription asks for; also without a
	// single gig. It takes the subscription option days_synced.
	GigsPartiallySynced = events.Webhook[PartialSync](Provider, "gigs.partially_synced")
	// GigsFullySynced is sent when the initial retrieval of gigs is complete.
	GigsFullySynced = events.Webhook[FullSync](Provider, "gigs.fully_synced")
)

// Shifts: webhooks of API v2.
var (
	// ShiftsAdded is sent when a refresh after the initial retrieval found new shifts.
	ShiftsAdded = events.Webhook[Additions](Provider, "shifts.added")
	// ShiftsUpdated is sent when a refresh found changed shifts. Its fields are drawn from paystubs.updated and the v1
	// activities.updated. Confidence is low.
	ShiftsUpdated = events.Webhook[ShiftUpdates](Provider, "shifts.updated")
	// ShiftsRemoved is sent when a refresh no longer found shifts. Its fields are drawn from the v1 activities.removed.
	// Confidence is low.
	ShiftsRemoved = events.Webhook[ShiftRemovals](Provider, "shifts.removed")
	// ShiftsPartiallySynced is sent when the initial retrieval of shifts reached the days the subscription asks for. It takes
	// the subscription option days_synced.
	ShiftsPartiallySynced = events.Webhook[PartialSync](Provider, "shifts.partially_synced")
	// ShiftsFullySynced is sent when the initial retrieval of shifts is complete.
	ShiftsFullySynced = events.Webhook[FullSync](Provider, "shifts.fully_synced")
)

// Documents, vehicles, ratings and uploads: webhooks of API v2.
var (
	// PayrollDocumentsAdded is sent when a new payroll document was retrieved.
	PayrollDocumentsAdded = events.Webhook[PayrollDocumentChange](Provider, "payroll_documents.added")
	// PayrollDocumentsUpdated is sent when a refresh found a payroll document changed.
	PayrollDocumentsUpdated = events.Webhook[PayrollDocumentChange](Provider, "payroll_documents.updated")
	// VehiclesAdded is sent when a vehicle was retrieved.
	VehiclesAdded = events.Webhook[VehicleChange](Provider, "vehicles.added")
	// VehiclesUpdated is sent when a vehicle changed.
	VehiclesUpdated = events.Webhook[VehicleChange](Provider, "vehicles.updated")
	// VehiclesRemoved is sent when a vehicle was no longer found.
	VehiclesRemoved = events.Webhook[VehicleChange](Provider, "vehicles.removed")
	// RatingsAdded is sent when a rating was retrieved.
	RatingsAdded = events.Webhook[RatingChange](Provider, "ratings.added")
	// RatingsUpdated is sent when a rating changed.
	RatingsUpdated = events.Webhook[RatingChange](Provider, "ratings.updated")
	// UserFormsSubmitted is sent when a user submitted the income-source form in Link; uploads have events of their own.
	UserFormsSubmitted = events.Webhook[UserFormChange](Provider, "user_forms.submitted")
	// UserFormsRemoved is sent when the account of a form was deleted; older documents add the deletion of the user.
	UserFormsRemoved = events.Webhook[UserFormChange](Provider, "user_forms.removed")
	// UserUploadsAdded is sent when a document was uploaded, in Link or through the API.
	UserUploadsAdded = events.Webhook[UserUploadChange](Provider, "user_uploads.added")
	// UserUploadsRemoved is sent when an upload was removed.
	UserUploadsRemoved = events.Webhook[UserUploadChange](Provider, "user_uploads.removed")
	// UserUploadsOCRCompleted is sent when the text of an upload was read.
	UserUploadsOCRCompleted = events.Webhook[UserUploadChange](Provider, "user_uploads.ocr_completed")
)

// Direct deposit: webhooks of API v2.
var (
	// DepositDestinationsAdded is sent when a destination of pay was found in the initial retrieval, added by the user, or
	// added by a switch.
	DepositDestinationsAdded = events.Webhook[DepositDestinationChange](Provider, "deposit_destinations.added")
	// DepositDestinationsUpdated is sent when a destination of pay was changed, by the user or by a switch.
	DepositDestinationsUpdated = events.Webhook[DepositDestinationChange](Provider, "deposit_destinations.updated")
	// DepositDestinationsRemoved is sent when a destination of pay is believed to have been removed. No v2 document names this
	// event; its v1 counterpart is pay_allocations.removed. Confidence is low.
	DepositDestinationsRemoved = events.Webhook[DepositDestinationChange](Provider, "deposit_destinations.removed")
	// DirectDepositSwitchesCompleted is sent when a switch was applied on the payroll platform; once for each destination that
	// it had. In v1 it is accounts.pay_distribution_updated.
	DirectDepositSwitchesCompleted = events.Webhook[DepositSwitch](Provider, "direct_deposit_switches.completed")
	// DirectDepositSwitchesFailed is sent when a switch could not be completed. In v1 it is accounts.pay_distribution_failed.
	DirectDepositSwitchesFailed = events.Webhook[DepositSwitchFailure](Provider, "direct_deposit_switches.failed")
)

// Items: webhooks of API v2.
var (
	// ItemsUpdated is sent when an Item that the subscription watches changed. The wildcard subscription leaves it out. It
	// belongs to no user and no account. It needs the subscription option items.
	ItemsUpdated = events.Webhook[ItemUpdate](Provider, "items.updated")
	// ItemsRemoved is sent when an Item that the subscription watches was withdrawn. The wildcard subscription leaves it out.
	// It belongs to no user and no account. It needs the subscription option items.
	ItemsRemoved = events.Webhook[ItemRemoval](Provider, "items.removed")
)

// Reports and verifications: webhooks of API v2.
var (
	// ReportsReady is sent when there is enough data on a user to generate a report. It is documented in three shapes; all are
	// read, nothing is required. Confidence is low.
	ReportsReady = events.Webhook[ReportReadiness](Provider, "reports.ready")
	// ReportsGenerated is sent when the generation of a report finished. Only user and type are documented; nothing is
	// required, and the event's Raw has all of it. Confidence is low.
	ReportsGenerated = events.Webhook[ReportNotice](Provider, "reports.generated")
	// VerificationsUpdated is sent when a verification became PROCESSING, PAUSED or COMPLETED; never CANCELLED. It takes the
	// subscription option include_resource.
	VerificationsUpdated = events.Webhook[VerificationUpdate](Provider, "verifications.updated")
	// VerificationsCreationFailed is sent when a verification that was to be created in the background could not be.
	VerificationsCreationFailed = events.Webhook[VerificationCreationFailure](Provider, "verifications.creation_failed")
)
