// dotnet run --project samples/OwnProperty
//
// A property of one's own code, with this library's generators: whatever a fleet goes through, a lobby's board shows every
// match that can be joined, no other, and no address twice. A walk that breaks it is printed, shortened as far as it goes.
using FsCheck;
using FsCheck.Fluent;
using OwnProperty;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Testing;
using PlayFlow.Core.Testing.Engine;

var law = Prop.ForAll(Steps.Of(FleetStep.Generator), walk =>
{
    var simulation = new FleetSimulation();
    foreach (var step in walk)
    {
        simulation.Take(step);
    }

    var board = new LobbyBoard();
    foreach (var (_, _, server) in simulation.History)
    {
        if (server is not null)
        {
            board.Note(server);
        }
    }

    var open = simulation.Fleet.Servers.Where(server => server is { Status: ServerStatus.Running, IsIdlePoolServer: false });
    var expected = open.ToDictionary(server => server.Id, LobbyBoard.AddressOf);
    return board.Matches.OrderBy(match => match.Key.Value).SequenceEqual(expected.OrderBy(match => match.Key.Value))
        && board.Matches.Values.Distinct().Count() == board.Matches.Count;
});

Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), law);
