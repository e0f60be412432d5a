using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Tests.Servers;

public sealed class StartServerRequestTests
{
    private static readonly StartServerRequest Least = new() { Name = "n", Region = "us-east" };

    // Each breaks one rule, alone: the field, what it breaks, and what the service's validator says.
    private static readonly (string Path, Func<StartServerRequest, StartServerRequest> Break, ViolationKind Kind, string Message)[] Rules =
    [
        ("name", r => r with { Name = null }, ViolationKind.InvalidType, "Required"),
        ("region", r => r with { Region = "mars" }, ViolationKind.InvalidEnumValue, $"Invalid enum value. Expected '{string.Join("' | '", Region.All)}', received 'mars'"),
        ("compute_size", r => r with { ComputeSize = "huge" }, ViolationKind.InvalidEnumValue, $"Invalid enum value. Expected '{string.Join("' | '", ComputeSize.All)}', received 'huge'"),
        ("version", r => r with { Version = 3_000_000_000 }, ViolationKind.TooBig, "Number must be less than or equal to 2147483647"),
        ("startup_args", r => r with { StartupArgs = "-name \"open" }, ViolationKind.Custom, "A quote is not closed"),
        ("ttl", r => r with { Ttl = 59 }, ViolationKind.TooSmall, "Number must be greater than or equal to 60"),
        ("match_id", r => r with { MatchId = new string('m', 256) }, ViolationKind.TooBig, "String must contain at most 255 character(s)"),
        ("environment_variables.A=B", r => r with { EnvironmentVariables = [new("A=B", "x")] }, ViolationKind.Custom, "A variable's name must not be empty or contain '='"),
        ("port_configs.0.internal_port", r => r with { PortConfigs = [Port() with { InternalPort = 65536 }] }, ViolationKind.TooBig, "Number must be less than or equal to 65535"),
    ];

    [Test]
    public void Every_combination_of_broken_rules_is_reported_whole_and_in_order() =>
        Prop.ForAll(Gen.SubListOf(Enumerable.Range(0, Rules.Length)).ToArbitrary(), broken =>
        {
            var chosen = broken.Distinct().Order().Select(index => Rules[index]).ToList();
            var request = chosen.Aggregate(Least, (before, rule) => rule.Break(before));
            var result = request.Validate(new FleetRules(), new ViolationList());
            return chosen.Count == 0
                ? result.Problem is null
                : result.Problem!.Violations.Select(violation => (violation.Path.ToString(), violation.Kind, violation.Message))
                    .SequenceEqual(chosen.Select(rule => (rule.Path, rule.Kind, rule.Message)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Test]
    public void Everything_in_range_is_accepted_as_it_is() => Prop.ForAll(
        (from ttl in Gen.Choose(60, 86_400)
         from port in Gen.Choose(1, 65_535)
         from count in Gen.Choose(0, 10)
         from name in Gen.Choose(1, 255)
         from size in Gen.Elements(ComputeSize.All.AsEnumerable())
         from region in Gen.Elements(Region.All.AsEnumerable())
         select Least with
         {
             Name = new string('n', name),
             Region = region,
             ComputeSize = size.Name,
             Ttl = ttl,
             PortConfigs = [.. Enumerable.Range(0, count).Select(i => new PortConfigRequest { Name = $"p{i}", InternalPort = 1 + ((port + i) % 65_535), Protocol = i % 2 == 0 ? "udp" : "tcp" })],
         }).ToArbitrary(),
        request =>
        {
            var start = request.Validate(new FleetRules(), new ViolationList()).Value.Spec;
            return start.Name == request.Name
                && start.Region == request.Region
                && start.Size.Name == request.ComputeSize
                && start.Ttl!.Value.TotalSeconds == request.Ttl
                && start.Ports.Select(port => port.InternalPort).SequenceEqual(request.PortConfigs!.Select(port => (int)port.InternalPort!.Value));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [TestCase(0, "String must contain at least 1 character(s)")]
    [TestCase(1, null)]
    [TestCase(255, null)]
    [TestCase(256, "String must contain at most 255 character(s)")]
    public void Validate_NameAtItsEnds_IsAcceptedInsideOnly(int length, string? message) => Assert.That(
        (Least with { Name = new string('n', length) }).Validate(new FleetRules(), new ViolationList()).Problem?.Violations.Single().Message,
        Is.EqualTo(message));

    [TestCase(60, true)]
    [TestCase(86_400, true)]
    [TestCase(86_401, false)]
    public void Validate_TtlAtItsEnds_IsAcceptedInsideOnly(int seconds, bool accepted) =>
        Assert.That((Least with { Ttl = seconds }).Validate(new FleetRules(), new ViolationList()).Problem is null, Is.EqualTo(accepted));

    [Test]
    public void Validate_DuplicatePorts_NamesTheSecond()
    {
        var problem = (Least with { PortConfigs = [Port(), Port() with { InternalPort = 2 }, Port() with { Name = "other" }] })
            .Validate(new FleetRules(), new ViolationList()).Problem!;
        Assert.That(
            problem.Violations.Select(violation => $"{violation.Path}: {violation.Message}"),
            Is.EqualTo(new[] { "port_configs.1.name: Duplicate port name 'game'", "port_configs.2.internal_port: Duplicate udp port 7777" }));
    }

    [TestCase("name")]
    [TestCase("match_id")]
    [TestCase("startup_args")]
    [TestCase("environment_variables.V")]
    public void Validate_NulCharacter_NamesTheField(string field)
    {
        var request = field switch
        {
            "name" => Least with { Name = "a\0b" },
            "match_id" => Least with { MatchId = "a\0b" },
            "startup_args" => Least with { StartupArgs = "a\0b" },
            _ => Least with { EnvironmentVariables = [new("V", "a\0b")] },
        };
        var violation = request.Validate(new FleetRules(), new ViolationList()).Problem!.Violations.Single();
        Assert.That((violation.Path.ToString(), violation.Kind), Is.EqualTo((field, ViolationKind.Custom)));
    }

    [Test]
    public void Validate_VariableTooLongForASystem_IsRefused() => Assert.That(
        (Least with { EnvironmentVariables = [new("V", new string('x', 32_769))] }).Validate(new FleetRules(), new ViolationList()).Problem!.Violations.Single().Kind,
        Is.EqualTo(ViolationKind.TooBig));

    [Test]
    public void Validate_PortNamesThatGiveOneVariable_AreRefused() => Assert.That(
        (Least with { PortConfigs = [Port() with { Name = "a-b" }, Port() with { Name = "a_b", InternalPort = 2 }] })
            .Validate(new FleetRules(), new ViolationList()).Problem!.Violations.Single().Message,
        Is.EqualTo("Port names 'a-b' and 'a_b' give the same variable PLAYFLOW_PORT_A_B"));

    [Test]
    public void Validate_ElevenPorts_AreTooMany()
    {
        var ports = Enumerable.Range(1, 11).Select(i => Port() with { Name = $"p{i}", InternalPort = i }).ToList();
        var problem = (Least with { PortConfigs = ports }).Validate(new FleetRules(), new ViolationList()).Problem!;
        Assert.That(problem.Violations.Single().Message, Is.EqualTo("Array must contain at most 10 element(s)"));
    }

    [Test]
    public void Validate_TlsOnUdp_IsAcceptedAndDropped()
    {
        var start = (Least with { PortConfigs = [Port() with { TlsEnabled = true }] }).Validate(new FleetRules(), new ViolationList()).Value;
        Assert.That(start.Spec.Ports, Is.EqualTo(new[] { new PortConfig("game", 7777, PortProtocol.Udp, TlsEnabled: false) }));
    }

    [Test]
    public void Validate_WhatTheDoorFoundFirst_IsNotReportedTwice()
    {
        var violations = new ViolationList();
        violations.Add(Violation.WrongType(FieldPath.Of("name"), "string", "number"));
        var problem = (Least with { Name = null }).Validate(new FleetRules(), violations).Problem!;
        Assert.That(problem.Violations.Single().Message, Is.EqualTo("Expected string, received number"));
    }

    [Test]
    public void Validate_AnyRegion_WhenTheRulesSaySo() => Assert.That(
        (Least with { Region = "mars" }).Validate(new FleetRules { AcceptAnyRegion = true }, new ViolationList()).Problem, Is.Null);

    private static PortConfigRequest Port() => new() { Name = "game", InternalPort = 7777, Protocol = "udp" };
}
