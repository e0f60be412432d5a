using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using PlayFlow.Core.Builds;
using PlayFlow.Emulator.Uploads;

namespace PlayFlow.Emulator.Tests.Uploads;

public sealed class UploadTicketTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(n => (byte)n)];
    private static readonly BuildId Build = new("build");

    private readonly FakeTimeProvider _time = new(Start);
    private readonly UploadTickets _tickets;

    public UploadTicketTests() => _tickets = new UploadTickets(Key, _time);

    [Test]
    public void Check_WithinItsTime_IsValid()
    {
        var ticket = _tickets.Issue(Build);

        Assert.That(_tickets.Check(Build, ticket.Token), Is.EqualTo(TicketCheck.Valid));
        Assert.That(ticket.ExpiresAt, Is.EqualTo(new DateTimeOffset(2030, 1, 2, 3, 9, 6, TimeSpan.Zero)));
    }

    [Test]
    public void Check_AtItsExpiry_IsExpired()
    {
        var ticket = _tickets.Issue(Build);

        _time.SetUtcNow(ticket.ExpiresAt - TimeSpan.FromTicks(1));
        Assert.That(_tickets.Check(Build, ticket.Token), Is.EqualTo(TicketCheck.Valid));

        _time.SetUtcNow(ticket.ExpiresAt);
        Assert.That(_tickets.Check(Build, ticket.Token), Is.EqualTo(TicketCheck.Expired));
    }

    [Test]
    public void Check_OtherBuildOrKey_IsWrong()
    {
        var token = _tickets.Issue(Build).Token;

        Assert.That(_tickets.Check(new BuildId("other"), token), Is.EqualTo(TicketCheck.Wrong));
        Assert.That(new UploadTickets(new byte[32], _time).Check(Build, token), Is.EqualTo(TicketCheck.Wrong));
        Assert.That(new UploadTickets(Key, _time).Check(Build, token), Is.EqualTo(TicketCheck.Valid));
    }

    [Test]
    public void A_tampered_bit_makes_a_ticket_wrong()
    {
        var token = _tickets.Issue(Build).Token;
        for (var place = 0; place < token.Length * 16; place++)
        {
            var letters = token.ToCharArray();
            letters[place / 16] ^= (char)(1 << (place % 16));
            Assert.That(_tickets.Check(Build, new string(letters)), Is.EqualTo(TicketCheck.Wrong), $"bit {place}");
        }
    }

    [Test]
    public void Text_that_was_not_issued_is_wrong() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(500),
            Prop.ForAll<string?>(text => _tickets.Check(Build, text ?? "") == TicketCheck.Wrong));

    [Test]
    public void A_ticket_is_worth_five_minutes_and_less_than_a_second_more() =>
        Check.One(
            Config.QuickThrowOnFailure,
            Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), ticks =>
            {
                var time = new FakeTimeProvider(Start + TimeSpan.FromTicks(ticks));
                var worth = new UploadTickets(Key, time).Issue(Build).ExpiresAt - time.GetUtcNow();
                return worth >= UploadTickets.Validity && worth < UploadTickets.Validity + TimeSpan.FromSeconds(1);
            }));

    [TestCase("")]
    [TestCase(".")]
    [TestCase("9223372036854775807.x")]
    [TestCase("99999999999999999999.x")]
    [TestCase("-1.x")]
    [TestCase("+1.x")]
    [TestCase(" 1.x")]
    public void Check_MalformedToken_IsWrong(string token) =>
        Assert.That(_tickets.Check(Build, token), Is.EqualTo(TicketCheck.Wrong));

    [TestCase("0")]
    [TestCase("+")]
    [TestCase(" ")]
    public void Check_SameTokenSpeltOtherwise_IsWrong(string before) =>
        Assert.That(_tickets.Check(Build, before + _tickets.Issue(Build).Token), Is.EqualTo(TicketCheck.Wrong));

    [Test]
    public void Ticket_AsText_DoesNotTellItsToken()
    {
        var ticket = _tickets.Issue(Build);

        Assert.That(ticket.ToString(), Does.Not.Contain(ticket.Token).And.Not.Contain(ticket.Token.Split('.')[1]));
        Assert.That(ticket.Token, Does.Match(@"^\d+\.[A-Za-z0-9_-]{43}$"));
    }

    [Test]
    public void Key_IsKeptForItsOwnerOnly()
    {
        var directory = Directory.CreateTempSubdirectory("tickets-").FullName;
        try
        {
            var file = Path.Combine(directory, "upload.key");
            var key = TicketKey.LoadOrCreate(file);

            using (Assert.EnterMultipleScope())
            {
                Assert.That(key, Has.Length.EqualTo(32));
                Assert.That(TicketKey.LoadOrCreate(file), Is.EqualTo(key));
                Assert.That(TicketKey.Create(), Is.Not.EqualTo(key));
                Assert.That(Directory.GetFiles(directory), Has.Length.EqualTo(1));
                Assert.That(UploadScene.ModeOf(file), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
            }

            File.WriteAllText(file, "no key");
            Assert.That(TicketKey.LoadOrCreate(file), Has.Length.EqualTo(32));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
