using System.Collections.Immutable;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Ports;

/// <summary>The rules of a list of ports, a server's or a project's.</summary>
public static class PortList
{
    /// <summary>The most ports a list may hold; the service's limit for projects.</summary>
    public const int MaxPorts = 10;

    private const int MaxNameLength = 255;

    /// <summary>Checks every item and gathers every violation; null when there is no list or something is wrong with it.</summary>
    /// <param name="path">Where the list stands.</param>
    /// <param name="requests">The list as written, or null.</param>
    /// <param name="violations">Added to.</param>
    public static ImmutableArray<PortConfig>? Validate(
        FieldPath path, IReadOnlyList<PortConfigRequest>? requests, ViolationList violations)
    {
        if (requests is null)
        {
            return null;
        }

        if (requests.Count > MaxPorts)
        {
            violations.Add(Violation.TooManyItems(path, MaxPorts));
            return null;
        }

        var ports = ImmutableArray.CreateBuilder<PortConfig>(requests.Count);
        for (var i = 0; i < requests.Count; i++)
        {
            // What is not a port at all has no fields to be missed.
            if (!violations.Has(path.Item(i)) && Validate(path.Item(i), requests[i], violations) is { } port)
            {
                CheckUnique(path.Item(i), port, ports, violations);
                ports.Add(port);
            }
        }

        return ports.Count == requests.Count ? ports.MoveToImmutable() : null;
    }

    private static PortConfig? Validate(FieldPath path, PortConfigRequest request, ViolationList violations)
    {
        var name = path.Field("name");
        violations.Add(request.Name is null
            ? Violation.Required(name)
            : Violation.OutsideLength(name, request.Name, 1, MaxNameLength));

        var internalPort = path.Field("internal_port");
        violations.Add(request.InternalPort is { } number
            ? Violation.OutsideRange(internalPort, number, 1, 65535)
            : Violation.Required(internalPort));

        var protocol = request.Protocol switch
        {
            "udp" => PortProtocol.Udp,
            "tcp" => PortProtocol.Tcp,
            _ => PortProtocol.None,
        };
        violations.Add((request.Protocol, protocol) switch
        {
            (null, _) => Violation.Required(path.Field("protocol")),
            ({ } word, PortProtocol.None) => Violation.NotInEnum(path.Field("protocol"), ["udp", "tcp"], word),
            _ => null,
        });

        if (string.IsNullOrEmpty(request.Name) || request.InternalPort is not (>= 1 and <= 65535) || protocol is PortProtocol.None)
        {
            return null;
        }

        // TLS means something on streams only; a datagram port that asks for it is accepted without.
        var tls = request.TlsEnabled is true && protocol is PortProtocol.Tcp;
        return new PortConfig(request.Name, (int)request.InternalPort, protocol, tls, request.Id);
    }

    private static void CheckUnique(FieldPath path, PortConfig port, ImmutableArray<PortConfig>.Builder before, ViolationList violations)
    {
        foreach (var other in before)
        {
            if (other.Name == port.Name)
            {
                violations.Add(Violation.OfRule(path.Field("name"), $"Duplicate port name '{port.Name}'"));
            }
            else if (PortVariable.NameOf(other.Name) is var variable && variable == PortVariable.NameOf(port.Name))
            {
                violations.Add(Violation.OfRule(path.Field("name"), $"Port names '{other.Name}' and '{port.Name}' give the same variable {variable}"));
            }

            if (other.InternalPort == port.InternalPort && other.Protocol == port.Protocol)
            {
                violations.Add(Violation.OfRule(path.Field("internal_port"), FormattableString.Invariant(
                    $"Duplicate {(port.Protocol is PortProtocol.Udp ? "udp" : "tcp")} port {port.InternalPort}")));
            }
        }
    }
}
