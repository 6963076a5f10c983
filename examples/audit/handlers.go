package main

import (
	"context"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
	"github.com/linkhook/linkhook/events/pinwheel"
)

// register is what a host calls at start-up, with handlers that do something.
func register(bus *events.Bus) {
	events.On(bus, pinwheel.AccountAdded, handle[pinwheel.Account])
	events.On(bus, pinwheel.AccountMonitoringStatusUpdated, handle[pinwheel.AccountMonitoring])
	events.On(bus, pinwheel.PaystubsFullySynced, handle[pinwheel.PaystubsSync])
	events.On(bus, pinwheel.DirectDepositSwitchAdded, handle[pinwheel.DirectDepositSwitch])

	events.On(bus, argyle.AccountsUpdated, handle[argyle.AccountChange])
	events.On(bus, argyle.PaystubsFullySynced, handle[argyle.FullSync])
	events.On(bus, argyle.UsersFullySynced, handle[argyle.UserSync])
	events.On(bus, argyle.V1AccountsPayDistributionUpdated, handle[argyle.V1PayDistribution])

	events.On(bus, pinwheel.LinkLogin, handle[pinwheel.LoginClaim]) // from the browser: there is nothing to subscribe to
}

func handle[T any](context.Context, events.Event[T]) error { return nil }
