using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace PlayFlow.Core.Tests.Mono;

/// <summary>
/// What Debian's Mono lacks beside Mono's own and Unity's, because Debian builds its class library with Mono's old compiler: a
/// facade for System.Memory, and the mark on members that return a read-only reference.
/// </summary>
internal static class DebianMono
{
    private const string ReadOnlySpan = "ReadOnlySpan`1";
    private const byte RequiredModifier = 0x1f;

    /// <summary>The source of the facade.</summary>
    public const string SystemMemory = """
        using System.Runtime.CompilerServices;
        [assembly: System.Reflection.AssemblyVersion("4.0.5.0")]
        [assembly: TypeForwardedTo(typeof(System.Span<>))]
        [assembly: TypeForwardedTo(typeof(System.ReadOnlySpan<>))]
        [assembly: TypeForwardedTo(typeof(System.Memory<>))]
        [assembly: TypeForwardedTo(typeof(System.ReadOnlyMemory<>))]
        [assembly: TypeForwardedTo(typeof(System.MemoryExtensions))]
        [assembly: TypeForwardedTo(typeof(System.Runtime.InteropServices.MemoryMarshal))]
        """;

    /// <summary>An assembly that looks for the indexer of a read-only span as Debian's class library has it. Nothing else changes.</summary>
    public static byte[] Adapt(byte[] assembly)
    {
        using var file = new PEReader(new MemoryStream(assembly));
        var metadata = file.GetMetadataReader();
        var heap = file.PEHeaders.MetadataStartOffset + metadata.GetHeapMetadataOffset(HeapIndex.Blob);
        var adapted = (byte[])assembly.Clone();
        foreach (var handle in metadata.MemberReferences)
        {
            var member = metadata.GetMemberReference(handle);
            if (metadata.StringComparer.Equals(member.Name, "get_Item") && IsOfReadOnlySpan(metadata, member.Parent))
            {
                Unmark(adapted.AsSpan(heap + metadata.GetHeapOffset(member.Signature)));
            }
        }

        return adapted;
    }

    private static bool IsOfReadOnlySpan(MetadataReader metadata, EntityHandle parent)
    {
        if (parent.Kind is not HandleKind.TypeSpecification)
        {
            return false;
        }

        var found = new HashSet<string>();
        metadata.GetTypeSpecification((TypeSpecificationHandle)parent).DecodeSignature(new Conventions.TypeNames(found), null);
        return found.Contains("System." + ReadOnlySpan);
    }

    // Length, convention, number of parameters, the modifier and its type; then what stays.
    private static void Unmark(Span<byte> signature)
    {
        if (signature[3] != RequiredModifier)
        {
            return;
        }

        var length = signature[0];
        var modifier = signature[4] < 0x80 ? 2 : signature[4] < 0xc0 ? 3 : 5;
        signature[(3 + modifier)..(length + 1)].CopyTo(signature[3..]);
        signature[0] = (byte)(length - modifier);
    }
}
