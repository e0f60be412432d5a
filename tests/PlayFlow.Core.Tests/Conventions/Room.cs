namespace PlayFlow.Core.Tests.Conventions;

/// <summary>A part of the code and what it keeps out.</summary>
/// <param name="Namespaces">The namespaces it is made of, with those below them.</param>
/// <param name="Forbidden">Names of types and namespaces that nothing in it mentions.</param>
internal sealed record Room(string[] Namespaces, string[] Forbidden)
{
    /// <summary>Names that are let in although what is forbidden covers them.</summary>
    public string[] Except { get; init; } = [];

    /// <summary>Namespaces below that are rooms of their own.</summary>
    public string[] Without { get; init; } = [];

    /// <summary>Every mention there should not be, as "who mentions what".</summary>
    public IEnumerable<string> Violations(IReadOnlyDictionary<string, IReadOnlySet<string>> references) =>
        from type in references
        where Covers(Namespaces, type.Key) && !Covers(Without, type.Key)
        from mentioned in type.Value
        where Covers(Forbidden, mentioned) && !Covers(Except, mentioned)
        orderby type.Key, mentioned
        select $"{type.Key} mentions {mentioned}";

    /// <summary>Whether anything is in the room at all: a rule about nothing holds for ever.</summary>
    public bool IsEmpty(IReadOnlyDictionary<string, IReadOnlySet<string>> references) =>
        Namespaces.Any(space => !references.Keys.Any(type => Covers([space], type)));

    private static bool Covers(string[] names, string type) =>
        names.Any(name => type == name || (type.Length > name.Length && type[name.Length] == '.' && type.StartsWith(name, StringComparison.Ordinal)));
}
