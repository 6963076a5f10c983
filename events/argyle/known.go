package argyle

import "slices"

// Argyle adds values without notice, and an unknown value is never an error: compare with the constants and have a default.
// Known tells the two apart, for a report on what this version of the package has not heard of.

// Known reports whether a is one of the constants.
func (a AvailabilityStatus) Known() bool {
	return oneOf(a, AvailabilityInProgress, AvailabilitySynced, AvailabilitySyncFailed)
}

// Known reports whether c is one of the constants.
func (c ConnectionStatus) Known() bool {
	return oneOf(c, StatusConnecting, StatusConnected, StatusError)
}

// Known reports whether d is one of the constants.
func (d Dataset) Known() bool {
	return oneOf(d, DatasetDepositDestinations, DatasetGigs, DatasetIdentities, DatasetPayrollDocuments, DatasetPaystubs,
		DatasetRatings, DatasetShifts, DatasetUserForms, DatasetUserUploads, DatasetVehicles)
}

// Known reports whether d is one of the constants.
func (d DestinationType) Known() bool {
	return oneOf(d, DestinationACH, DestinationCard, DestinationACSS)
}

// Known reports whether i is one of the constants.
func (i ItemStatus) Known() bool {
	return oneOf(i, ItemHealthy, ItemIssues, ItemUnavailable)
}

// Known reports whether m is one of the constants.
func (m MFAType) Known() bool {
	return oneOf(m, MFASMSCode, MFAEmailCode, MFASecretQuestion, MFAEmailLinkConfirmation, MFAOTPCode,
		MFAEmailMessageConfirmation)
}

// Known reports whether m is one of the constants.
func (m MappingStatus) Known() bool {
	return oneOf(m, MappingVerified, MappingMapped, MappingUnmapped)
}

// Known reports whether r is one of the constants.
func (r RefreshStatus) Known() bool {
	return oneOf(r, RefreshEnabled, RefreshDisabled, RefreshIdle)
}

// Known reports whether r is one of the constants.
func (r ReportStatus) Known() bool {
	return oneOf(r, ReportWaitingForSync, ReportGenerating, ReportGenerated, ReportFailed)
}

// Known reports whether r is one of the constants.
func (r ReportType) Known() bool {
	return oneOf(r, ReportVOE, ReportVOIE, ReportVOEMortgage, ReportVOIEMortgage, ReportVOA, ReportVOI, ReportVOAI,
		ReportVOETransactions, ReportDocVOIMortgage)
}

// Known reports whether d is one of the constants.
func (d SwitchDetail) Known() bool {
	return oneOf(d, DetailObfuscated, DetailMultipleMatchingAllocations)
}

// Known reports whether s is one of the constants.
func (s SwitchFlow) Known() bool {
	return oneOf(s, FlowUpdate, FlowRemoval, FlowActivation)
}

// Known reports whether s is one of the constants.
func (s SwitchStatus) Known() bool {
	return oneOf(s, SwitchStatusIdle, SwitchStatusAwaitingConfirmation, SwitchStatusAwaitingUserAction,
		SwitchStatusAwaitingConnection, SwitchStatusScanning, SwitchStatusUpdating, SwitchStatusSuccess,
		SwitchStatusError)
}

// Known reports whether v is one of the constants.
func (v V1AllocationType) Known() bool {
	return oneOf(v, V1AllocationBankAccount, V1AllocationCard)
}

// Known reports whether v is one of the constants.
func (v VerificationChannel) Known() bool {
	return oneOf(v, VerificationChannelAPI, VerificationChannelEncompass)
}

// Known reports whether v is one of the constants.
func (v VerificationCode) Known() bool {
	return oneOf(v, VerificationCodePending, VerificationCodeDocumentsProcessing, VerificationCodeMoreDataRequired,
		VerificationCodeReportAvailable, VerificationCodeWaitingOnThirdParty, VerificationCodeReportGenerating,
		VerificationCodeArgyleTimeout, VerificationCodeCancelledByClient, VerificationCodeCompleted,
		VerificationCodeCompletedWithErrors, VerificationCodeUserSessionStarted, VerificationCodeAuthenticated)
}

// Known reports whether v is one of the constants.
func (v VerificationSource) Known() bool {
	return oneOf(v, VerificationSourcePayroll, VerificationSourceBanking, VerificationSourceDocuments)
}

// Known reports whether v is one of the constants.
func (v VerificationState) Known() bool {
	return oneOf(v, VerificationPending, VerificationProcessing, VerificationPaused, VerificationCancelled,
		VerificationCompleted)
}

// Known reports whether c is one of the constants.
func (c ConnectionErrorCode) Known() bool { return c.Advice() != AdviceNone }

// Known reports whether c is one of the constants, also of [ConnectionErrorCode].
func (c SwitchErrorCode) Known() bool { return c.Advice() != AdviceNone }

// Known reports whether t is one of the constants.
func (t LinkErrorType) Known() bool { return t.Advice() != AdviceNone }

func oneOf[T comparable](v T, known ...T) bool { return slices.Contains(known, v) }
