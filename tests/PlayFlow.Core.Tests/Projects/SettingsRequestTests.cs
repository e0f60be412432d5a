using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Tests.Projects;

public sealed class SettingsRequestTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // Each breaks one rule, alone: the field, what it breaks, and what the service's validator says.
    private static readonly (string Path, Func<SettingsRequest, SettingsRequest> Break, ViolationKind Kind, string Message)[] Rules =
    [
        ("port_configs.0.protocol", r => r with { PortConfigs = [new PortConfigRequest { Name = "a", InternalPort = 1, Protocol = "icmp" }] }, ViolationKind.InvalidEnumValue, "Invalid enum value. Expected 'udp' | 'tcp', received 'icmp'"),
        ("auth_config.provider", r => r with { AuthConfig = new AuthConfigRequest("ldap", "{}") }, ViolationKind.InvalidEnumValue, "Invalid enum value. Expected 'none' | 'custom_jwt' | 'playfab' | 'steam', received 'ldap'"),
        ("environment_variables.1A", r => r with { EnvironmentVariables = [new("1A", "x")] }, ViolationKind.InvalidString, "Invalid"),
        ("pool_config.enabled", r => r with { PoolConfig = new PoolConfigRequest(null, []) }, ViolationKind.InvalidType, "Required"),
        ("lobby_configs", r => r with { LobbyConfigs = new LobbyConfigsRequest(21, "[]") }, ViolationKind.TooBig, "Array must contain at most 20 element(s)"),
    ];

    [Test]
    public void Every_combination_of_broken_rules_is_reported_whole_and_in_order() =>
        Prop.ForAll(Gen.SubListOf(Enumerable.Range(0, Rules.Length)).ToArbitrary(), broken =>
        {
            var chosen = broken.Distinct().Order().Select(index => Rules[index]).ToList();
            var result = chosen.Aggregate(new SettingsRequest(), (before, rule) => rule.Break(before)).Validate(new FleetRules(), new ViolationList());
            return chosen.Count == 0
                ? result.Value.IsEmpty
                : result.Problem!.Violations.Select(violation => (violation.Path.ToString(), violation.Kind, violation.Message))
                    .SequenceEqual(chosen.Select(rule => (rule.Path, rule.Kind, rule.Message)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Test]
    public void A_pool_is_accepted_exactly_when_every_cell_and_the_sum_are_in_range() =>
        Prop.ForAll(Gen.Choose(-2, 12).ListOf(7).ToArbitrary(), counts =>
        {
            var cells = counts.Select((count, index) => new PoolTargetRequest(Region.All[index], "small", count)).ToList();
            var result = new SettingsRequest { PoolConfig = new PoolConfigRequest(true, cells) }.Validate(new FleetRules(), new ViolationList());
            var isRight = counts.All(count => count is >= 0 and <= 10) && counts.Sum() <= 50;
            return isRight
                ? result.Value.Pool!.Targets.Select(target => target.Count).SequenceEqual(counts)
                : result.Problem!.Violations.Count(violation => violation.Path.Segments.Length == 4) == counts.Count(count => count is < 0 or > 10);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Test]
    public void A_change_replaces_the_fields_that_are_given_and_no_others() =>
        Prop.ForAll(Gen.Choose(0, 31).ToArbitrary(), given =>
        {
            var request = new SettingsRequest
            {
                PortConfigs = Has(0) ? [new PortConfigRequest { Name = "web", InternalPort = 80, Protocol = "tcp", Id = "w" }] : null,
                AuthConfig = Has(1) ? new AuthConfigRequest("steam", """{"provider":"steam"}""") : null,
                EnvironmentVariables = Has(2) ? [new("A", "1")] : null,
                PoolConfig = Has(3) ? new PoolConfigRequest(true, [new("us-east", "small", 1)]) : null,
                LobbyConfigs = Has(4) ? new LobbyConfigsRequest(1, "[{}]") : null,
            };
            var before = ProjectSettings.New(Now);
            var change = request.Validate(new FleetRules(), new ViolationList()).Value;
            var after = change.ApplyTo(before);
            return change.IsEmpty == (given == 0)
                && after.Ports[0].Name == (Has(0) ? "web" : "game")
                && after.AuthConfig == (Has(1) ? """{"provider":"steam"}""" : before.AuthConfig)
                && after.Environment.Length == (Has(2) ? 1 : 0)
                && after.Pool?.Enabled == (Has(3) ? true : null)
                && after.LobbyConfigs == (Has(4) ? "[{}]" : "[]")
                && after.UpdatedAt == Now;

            bool Has(int field) => (given & (1 << field)) != 0;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [TestCase("A", true)]
    [TestCase("_a9", true)]
    [TestCase("PLAYFLOW_REGION", true, Description = "kept, and left out of launches with a line in the log")]
    [TestCase("", false)]
    [TestCase("9a", false)]
    [TestCase("A-B", false)]
    [TestCase("A\n", false)]
    [TestCase("É", false)]
    public void Validate_VariableNames(string name, bool accepted) => Assert.That(Accepts(KeyValuePair.Create(name, "x")), Is.EqualTo(accepted));

    [Test]
    public void Validate_FiguresAtTheirEnds_AreAcceptedInsideOnly()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Accepts(KeyValuePair.Create(new string('n', 128), "x")), Is.True);
            Assert.That(Accepts(KeyValuePair.Create(new string('n', 129), "x")), Is.False);
            Assert.That(Accepts(KeyValuePair.Create("A", new string('v', 8192))), Is.True);
            Assert.That(Accepts(KeyValuePair.Create("A", new string('v', 8193))), Is.False);
            Assert.That(Accepts(KeyValuePair.Create("A", "\0")), Is.False);
            Assert.That(Accepts([.. Enumerable.Range(0, 64).Select(i => KeyValuePair.Create($"A{i}", "x"))]), Is.True);
            Assert.That(Accepts([.. Enumerable.Range(0, 65).Select(i => KeyValuePair.Create($"A{i}", "x"))]), Is.False);
        }
    }

    [Test]
    public void Validate_APoolOfUnknownRegionsAndSizes_NamesEach()
    {
        var request = new SettingsRequest { PoolConfig = new PoolConfigRequest(true, [new("moon", null, null), new("sea", "tiny", 1), new("mars", "tiny", 1)]) };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                request.Validate(new FleetRules(), new ViolationList()).Problem!.Violations.Select(violation => violation.Path.ToString()),
                Is.EqualTo(new[] { "pool_config.regions.moon", "pool_config.regions.sea.tiny", "pool_config.regions.mars", "pool_config.regions.mars.tiny" }));
            Assert.That(
                request.Validate(new FleetRules { AcceptAnyRegion = true }, new ViolationList()).Problem!.Violations.Select(violation => violation.Path.ToString()),
                Is.EqualTo(new[] { "pool_config.regions.sea.tiny", "pool_config.regions.mars.tiny" }));
        }
    }

    [Test]
    public void RemovesPool_TakesThePoolBack()
    {
        var before = ProjectSettings.New(Now) with { Pool = new PoolConfig(true, []) };
        var change = new SettingsRequest { RemovesPool = true }.Validate(new FleetRules(), new ViolationList()).Value;
        Assert.That((change.IsEmpty, change.ApplyTo(before).Pool), Is.EqualTo((false, (PoolConfig?)null)));
    }

    [Test]
    public void Printing_ShowsNoVariable()
    {
        var request = new SettingsRequest { EnvironmentVariables = [new("TOKEN", "secret")] };
        Assert.That($"{request} {request.Validate(new FleetRules(), new ViolationList()).Value}", Does.Not.Contain("secret"));
    }

    private static bool Accepts(params KeyValuePair<string, string>[] variables) =>
        new SettingsRequest { EnvironmentVariables = variables }.Validate(new FleetRules(), new ViolationList()).Problem is null;
}
