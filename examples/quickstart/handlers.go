package main

import (
	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
	"github.com/linkhook/linkhook/events/pinwheel"
)

// register says what happens on which event. The names are those under which an inbox records what has succeeded.
func register(bus *events.Bus, l *ledger) {
	webhooks(bus.Named("ledger"), l)
	browser(bus.Named("funnel"), newFunnel())
}

// webhooks registers for what the providers sign.
func webhooks(bus *events.Bus, l *ledger) {
	events.On(bus, pinwheel.AccountAdded, l.LinkAccount)
	events.On(bus, pinwheel.AccountMonitoringStatusUpdated, l.WatchMonitoring)
	events.On(bus, pinwheel.IdentityAdded, l.ReadIdentity)
	events.On(bus, pinwheel.IncomeAdded, l.ReadIncome)
	events.On(bus, pinwheel.EmploymentAdded, l.ReadEmployment)
	events.On(bus, pinwheel.PaystubsAdded, l.PullPaystubs)
	events.On(bus, pinwheel.ShiftsAdded, l.PullShifts)
	for _, milestone := range []events.Kind[pinwheel.PaystubsSync]{
		pinwheel.PaystubsSevenDaysSynced, pinwheel.PaystubsThirtyDaysSynced, pinwheel.PaystubsNinetyDaysSynced, pinwheel.PaystubsFullySynced,
	} {
		events.On(bus, milestone, l.PaystubsSynced)
	}
	for _, milestone := range []events.Kind[pinwheel.ShiftsSync]{
		pinwheel.ShiftsSevenDaysSynced, pinwheel.ShiftsThirtyDaysSynced, pinwheel.ShiftsNinetyDaysSynced, pinwheel.ShiftsFullySynced,
	} {
		events.On(bus, milestone, l.ShiftsSynced)
	}
	events.On(bus, pinwheel.DirectDepositAllocationsAdded, l.ReadAllocations)
	events.On(bus, pinwheel.DirectDepositSwitchAdded, l.BookSwitch)

	events.On(bus, argyle.AccountsAdded, l.LinkArgyle)
	events.On(bus, argyle.AccountsConnected, l.LinkArgyle)
	events.On(bus, argyle.AccountsUpdated, l.LinkArgyle)
	events.On(bus, argyle.UsersFullySynced, l.UserSynced)
	events.On(bus, argyle.IdentitiesAdded, l.ReadArgyleIdentity)
	for _, part := range []events.Kind[argyle.PartialSync]{
		argyle.PaystubsPartiallySynced, argyle.GigsPartiallySynced, argyle.ShiftsPartiallySynced,
	} {
		events.On(bus, part, l.PartlySynced)
	}
	events.On(bus, argyle.V1AccountsConnected, l.LinkArgyleV1)
	events.On(bus, argyle.V1AccountsPayDistributionUpdated, l.BookDistribution)
}

// browser registers for what the Link modal says. All of it is a claim: it counts steps and books nothing.
func browser(bus *events.Bus, f *funnel) {
	step(bus, f, pinwheel.LinkOpen)
	step(bus, f, pinwheel.LinkScreenTransition)
	step(bus, f, pinwheel.LinkSelectEmployer)
	step(bus, f, pinwheel.LinkSelectPlatform)
	step(bus, f, pinwheel.LinkIncorrectPlatformGiven)
	step(bus, f, pinwheel.LinkLoginAttempt)
	step(bus, f, pinwheel.LinkLogin)
	step(bus, f, pinwheel.LinkInputAmount)
	step(bus, f, pinwheel.LinkInputAllocation)
	step(bus, f, pinwheel.LinkInputRequired)
	step(bus, f, pinwheel.LinkCardSwitchBegin)
	step(bus, f, pinwheel.LinkDocUploadsBegin)
	step(bus, f, pinwheel.LinkDocUploadsSubmitted)
	step(bus, f, pinwheel.LinkDDFormBegin)
	step(bus, f, pinwheel.LinkDDFormCreate)
	step(bus, f, pinwheel.LinkDDFormDownload)
	step(bus, f, pinwheel.LinkOtherEvent)
	step(bus, f, pinwheel.LinkSuccess)
	step(bus, f, pinwheel.LinkError)
	step(bus, f, pinwheel.LinkExit)
}
