// Package routerpeers measures the accept path of package router beside what other libraries need for the same: to verify a
// delivery and to parse it. It is a module of its own, so that none of them is a dependency of linkhook.
package routerpeers
