"""What the system-defined policies of Bindery's own pack are for, for readers of other languages than English."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import lazy_gettext

from web.console.sayings import Sayings
from web.throttle import Throttle

_PURPOSES = Sayings(
    (
        lazy_gettext("Uses the shell in the browser with everything it offers."),
        lazy_gettext("Full access to trails, their buckets, topics and logs."),
        lazy_gettext("Reads the trails and the history of events."),
        lazy_gettext("Creates and describes encryption keys and their aliases; neither uses nor deletes them."),
        lazy_gettext("What every function needs to write its log."),
        lazy_gettext("What a function inside a private network needs: its network interfaces and its log."),
        lazy_gettext("Full access to Lambda and to what a function needs to be created, triggered and watched."),
        lazy_gettext("Sees Lambda functions with their configuration, code, logs and metrics."),
        lazy_gettext("Opens and follows support cases; auditors look for a role that has it."),
        lazy_gettext("Full access to every service and resource of the account."),
        lazy_gettext("Full access to DynamoDB tables, caches and streams."),
        lazy_gettext("Reads DynamoDB tables, caches and streams."),
        lazy_gettext(
            "Pulls, pushes and lists container images; neither deletes repositories nor changes their policies."
        ),
        lazy_gettext("Pulls and lists container images."),
        lazy_gettext("Full access to EC2, with load balancing, automatic scaling and the metrics of instances."),
        lazy_gettext("Sees EC2 instances, load balancers, scaling groups and their metrics."),
        lazy_gettext("What a container task needs to start: pull its image and write its log."),
        lazy_gettext("Full access to the Elastic Container Service and to what its clusters, services and tasks use."),
        lazy_gettext("Full access to relational databases, with their networks, metrics and logs."),
        lazy_gettext("Sees relational databases with their networks, metrics and logs."),
        lazy_gettext("Full access to DNS zones, records, health checks and registered domains."),
        lazy_gettext("Sees DNS zones, records and health checks."),
        lazy_gettext("Full access to all buckets and objects."),
        lazy_gettext("Lists all buckets and reads all objects."),
        lazy_gettext("Full access to notification topics."),
        lazy_gettext("Sees notification topics, subscriptions and their settings."),
        lazy_gettext("Full access to message queues."),
        lazy_gettext("Sees message queues and their settings; receives no message."),
        lazy_gettext("Full access to Systems Manager."),
        lazy_gettext("What an instance needs to be managed by Systems Manager."),
        lazy_gettext("Reads Systems Manager: parameters, documents, inventories and commands."),
        lazy_gettext(
            "Full access to private networks: subnets, routes, gateways, endpoints, security groups and their logs."
        ),
        lazy_gettext("Sees private networks: subnets, routes, gateways, endpoints and security groups."),
        lazy_gettext("Sees and manages bills, budgets, costs and payment methods."),
        lazy_gettext("What a monitoring agent on a server needs to send metrics and logs."),
        lazy_gettext("Full access to metrics, alarms, dashboards and logs."),
        lazy_gettext("Full access to logs."),
        lazy_gettext("Reads and searches logs."),
        lazy_gettext("Reads metrics, alarms, dashboards and logs."),
        lazy_gettext(
            "Runs queries and analyses, also on clusters of its own. Passes them only roles whose path is "
            "/service-role/."
        ),
        lazy_gettext("Sets up and maintains databases. Passes them only roles whose path is /service-role/."),
        lazy_gettext("Full access to Elastic Cloud Server."),
        lazy_gettext("Sees everything in Elastic Cloud Server; creates, changes and deletes nothing."),
        lazy_gettext("Full access to users, groups, policies, roles, keys and account settings."),
        lazy_gettext("Reads users, groups, policies, roles, reports and account settings, and simulates policies."),
        lazy_gettext(
            "People manage their own password, MFA devices and keys. Until they have signed in with MFA they can "
            "do nothing but set it up."
        ),
        lazy_gettext("People change their own console password."),
        lazy_gettext(
            "Sets up and maintains networks, connections, names and load balancers. Passes only roles whose path "
            "is /service-role/."
        ),
        lazy_gettext(
            "Full access to services and resources, without the management of users, groups, policies, "
            "organizations and the account itself."
        ),
        lazy_gettext(
            "Reads the configuration and the contents of all services; changes nothing. Values kept in Secrets "
            "Manager stay closed."
        ),
        lazy_gettext("Reads, writes, rotates and deletes secrets."),
        lazy_gettext(
            "Reads the security configuration of all services for auditors: policies, trust, encryption, "
            "exposure and logging, not the data."
        ),
        lazy_gettext(
            "Finds out what is wrong: sees resources, metrics and logs of all services, and opens support cases."
        ),
        lazy_gettext(
            "Sets up and maintains servers, networks, queues, databases and monitoring. Passes them only roles "
            "whose path is /service-role/."
        ),
        lazy_gettext(
            "Sees which resources there are and how they are doing, without the data inside them and without "
            "policy documents."
        ),
    )
)


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Lets templates say what policies are for."""
    console.add_app_template_filter(purpose)


def purpose(description: str | None, *, is_system: bool) -> str:
    """What a policy is for: as its author wrote it, or in the reader's language where that is Bindery."""
    return _PURPOSES.said(description or "") if is_system else description or ""
