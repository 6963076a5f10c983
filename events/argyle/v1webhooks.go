package argyle

import "github.com/linkhook/linkhook/events"

// Accounts: webhooks of API v1.
var (
	// V1AccountsAdded is sent when a user submitted a login in Link and the account was created; one that never connects is
	// removed after 30 days. It takes the subscription option include_resource.
	V1AccountsAdded = events.Webhook[V1AccountChange](ProviderV1, "accounts.added")
	// V1AccountsUpdated is sent when any property or timestamp of an account changed; frequent during the first scan, then
	// every few hours. It is the one event that tells of an expired login: Resource.Connection has the status error and
	// auth_required. It takes the subscription option include_resource.
	V1AccountsUpdated = events.Webhook[V1AccountChange](ProviderV1, "accounts.updated")
	// V1AccountsConnected is sent when a user signed in, for the first time or again. It takes the subscription option
	// include_resource.
	V1AccountsConnected = events.Webhook[V1AccountChange](ProviderV1, "accounts.connected")
	// V1AccountsFailed is sent when an attempt to sign in failed, or its second factor timed out; not when a login expires
	// later. It takes the subscription option include_resource.
	V1AccountsFailed = events.Webhook[V1AccountFailure](ProviderV1, "accounts.failed")
	// V1AccountsRemoved is sent when an account was deleted, by the user in Link or through the API.
	V1AccountsRemoved = events.Webhook[V1AccountChange](ProviderV1, "accounts.removed")
	// V1AccountsPayDistributionUpdated is sent when an update of the pay distribution that the host asked for was confirmed by
	// the user and applied; once for each allocation that it had. In v2 it is direct_deposit_switches.completed. It takes the
	// subscription option include_resource.
	V1AccountsPayDistributionUpdated = events.Webhook[V1PayDistribution](ProviderV1, "accounts.pay_distribution_updated")
	// V1AccountsPayDistributionFailed is sent when an update of the pay distribution could not be completed. In v2 it is
	// direct_deposit_switches.failed. It takes the subscription option include_resource.
	V1AccountsPayDistributionFailed = events.Webhook[V1PayDistributionFailure](ProviderV1, "accounts.pay_distribution_failed")
)

// Users: webhooks of API v1.
var (
	// V1UsersFullySynced is sent when all accounts of a user have been retrieved. There is no account in it.
	V1UsersFullySynced = events.Webhook[V1UserSync](ProviderV1, "users.fully_synced")
)

// Activities and payouts: webhooks of API v1.
var (
	// V1ActivitiesFullySynced is sent when all past activities have been retrieved. Activities are gigs and shifts in v2.
	V1ActivitiesFullySynced = events.Webhook[FullSync](ProviderV1, "activities.fully_synced")
	// V1ActivitiesPartiallySynced is sent when the retrieval of activities reached the days the subscription asks for, 30
	// unless configured. It takes the subscription option days_synced.
	V1ActivitiesPartiallySynced = events.Webhook[PartialSync](ProviderV1, "activities.partially_synced")
	// V1ActivitiesAdded is sent when a periodic scan found new activities.
	V1ActivitiesAdded = events.Webhook[Additions](ProviderV1, "activities.added")
	// V1ActivitiesUpdated is sent when a periodic scan found changed activities.
	V1ActivitiesUpdated = events.Webhook[V1ActivityUpdates](ProviderV1, "activities.updated")
	// V1ActivitiesRemoved is sent when a periodic scan no longer found activities.
	V1ActivitiesRemoved = events.Webhook[V1ActivityRemovals](ProviderV1, "activities.removed")
	// V1PayoutsFullySynced is sent when all past payouts have been retrieved. Payouts are paystubs in v2.
	V1PayoutsFullySynced = events.Webhook[FullSync](ProviderV1, "payouts.fully_synced")
	// V1PayoutsPartiallySynced is sent when the retrieval of payouts reached the days the subscription asks for, 30 unless
	// configured. It takes the subscription option days_synced.
	V1PayoutsPartiallySynced = events.Webhook[PartialSync](ProviderV1, "payouts.partially_synced")
	// V1PayoutsAdded is sent when a periodic scan found new payouts.
	V1PayoutsAdded = events.Webhook[Additions](ProviderV1, "payouts.added")
	// V1PayoutsUpdated is sent when a periodic scan found changed payouts.
	V1PayoutsUpdated = events.Webhook[V1PayoutUpdates](ProviderV1, "payouts.updated")
)

// Profiles, employments and reputations: webhooks of API v1.
var (
	// V1ProfilesAdded is sent when a profile was added.
	V1ProfilesAdded = events.Webhook[V1ProfileChange](ProviderV1, "profiles.added")
	// V1ProfilesUpdated is sent when a profile changed.
	V1ProfilesUpdated = events.Webhook[V1ProfileChange](ProviderV1, "profiles.updated")
	// V1EmploymentsAdded is sent when an employment was added.
	V1EmploymentsAdded = events.Webhook[V1EmploymentChange](ProviderV1, "employments.added")
	// V1EmploymentsUpdated is sent when an employment changed.
	V1EmploymentsUpdated = events.Webhook[V1EmploymentChange](ProviderV1, "employments.updated")
	// V1ReputationsAdded is sent when a reputation was added.
	V1ReputationsAdded = events.Webhook[V1ReputationChange](ProviderV1, "reputations.added")
	// V1ReputationsUpdated is sent when a reputation changed.
	V1ReputationsUpdated = events.Webhook[V1ReputationChange](ProviderV1, "reputations.updated")
)

// Documents and forms: webhooks of API v1.
var (
	// V1DocumentsAdded is sent when a document was added.
	V1DocumentsAdded = events.Webhook[V1DocumentChange](ProviderV1, "documents.added")
	// V1DocumentsUpdated is sent when a document changed.
	V1DocumentsUpdated = events.Webhook[V1DocumentChange](ProviderV1, "documents.updated")
	// V1DocumentsRemoved is sent when a document was removed.
	V1DocumentsRemoved = events.Webhook[V1DocumentChange](ProviderV1, "documents.removed")
	// V1DocumentsOCRCompleted is sent when the text of a document was read.
	V1DocumentsOCRCompleted = events.Webhook[V1DocumentChange](ProviderV1, "documents.ocr_completed")
	// V1DocumentsOCRFailed is sent when the text of a document could not be read.
	V1DocumentsOCRFailed = events.Webhook[V1DocumentChange](ProviderV1, "documents.ocr_failed")
	// V1FormsSubmitted is sent when a form was submitted.
	V1FormsSubmitted = events.Webhook[V1FormChange](ProviderV1, "forms.submitted")
	// V1FormsRemoved is sent when a form was removed.
	V1FormsRemoved = events.Webhook[V1FormChange](ProviderV1, "forms.removed")
	// V1FormsOCRCompleted is sent when the text of a form was read.
	V1FormsOCRCompleted = events.Webhook[V1FormChange](ProviderV1, "forms.ocr_completed")
	// V1FormsOCRFailed is sent when the text of a form could not be read.
	V1FormsOCRFailed = events.Webhook[V1FormChange](ProviderV1, "forms.ocr_failed")
)

// Pay allocations and vehicles: webhooks of API v1.
var (
	// V1PayAllocationsAdded is sent when a pay allocation was added.
	V1PayAllocationsAdded = events.Webhook[V1PayAllocationChange](ProviderV1, "pay_allocations.added")
	// V1PayAllocationsUpdated is sent when a pay allocation changed.
	V1PayAllocationsUpdated = events.Webhook[V1PayAllocationChange](ProviderV1, "pay_allocations.updated")
	// V1PayAllocationsRemoved is sent when a pay allocation was removed.
	V1PayAllocationsRemoved = events.Webhook[V1PayAllocationChange](ProviderV1, "pay_allocations.removed")
	// V1VehiclesAdded is sent when a vehicle was added.
	V1VehiclesAdded = events.Webhook[V1VehicleChange](ProviderV1, "vehicles.added")
	// V1VehiclesUpdated is sent when a vehicle changed.
	V1VehiclesUpdated = events.Webhook[V1VehicleChange](ProviderV1, "vehicles.updated")
	// V1VehiclesRemoved is sent when a vehicle was removed.
	V1VehiclesRemoved = events.Webhook[V1VehicleChange](ProviderV1, "vehicles.removed")
)
