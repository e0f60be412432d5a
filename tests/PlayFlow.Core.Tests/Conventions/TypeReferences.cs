using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace PlayFlow.Core.Tests.Conventions;

/// <summary>
/// Every type that each type of an assembly mentions: in what it derives from and in the signatures, locals and instructions of
/// all its members, compiler-made ones included. Read from the assembly's own tables, so nothing is loaded.
/// </summary>
internal static class TypeReferences
{
    /// <summary>By the full name of each outermost type, the full names of the types it mentions.</summary>
    public static IReadOnlyDictionary<string, IReadOnlySet<string>> Read(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        var result = new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal);
        foreach (var handle in metadata.TypeDefinitions)
        {
            var outermost = handle;
            while (metadata.GetTypeDefinition(outermost).GetDeclaringType() is { IsNil: false } outer)
            {
                outermost = outer;
            }

            var name = TypeNames.Of(metadata, outermost);
            if (!result.TryGetValue(name, out var found))
            {
                result.Add(name, found = new HashSet<string>(StringComparer.Ordinal));
            }

            new Collector(file, metadata, (HashSet<string>)found).AddType(metadata.GetTypeDefinition(handle));
        }

        return result;
    }

    private sealed class Collector(PEReader file, MetadataReader metadata, HashSet<string> found)
    {
        private readonly TypeNames _names = new(found);

        public void AddType(TypeDefinition type)
        {
            Add(type.BaseType);
            foreach (var implemented in type.GetInterfaceImplementations())
            {
                Add(metadata.GetInterfaceImplementation(implemented).Interface);
            }

            foreach (var parameter in type.GetGenericParameters())
            {
                AddConstraints(parameter);
            }

            foreach (var field in type.GetFields())
            {
                metadata.GetFieldDefinition(field).DecodeSignature(_names, null);
            }

            foreach (var method in type.GetMethods())
            {
                AddMethod(metadata.GetMethodDefinition(method));
            }
        }

        private void AddMethod(MethodDefinition method)
        {
            method.DecodeSignature(_names, null);
            foreach (var parameter in method.GetGenericParameters())
            {
                AddConstraints(parameter);
            }

            if (method.RelativeVirtualAddress == 0)
            {
                return;
            }

            var body = file.GetMethodBody(method.RelativeVirtualAddress);
            if (!body.LocalSignature.IsNil)
            {
                metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(_names, null);
            }

            foreach (var region in body.ExceptionRegions)
            {
                Add(region.CatchType);
            }

            foreach (var token in Instructions.Tokens(body.GetILBytes()!))
            {
                Add(MetadataTokens.EntityHandle(token));
            }
        }

        private void AddConstraints(GenericParameterHandle parameter)
        {
            foreach (var constraint in metadata.GetGenericParameter(parameter).GetConstraints())
            {
                Add(metadata.GetGenericParameterConstraint(constraint).Type);
            }
        }

        private void Add(EntityHandle handle)
        {
            if (handle.IsNil)
            {
                return;
            }

            switch (handle.Kind)
            {
                case HandleKind.TypeReference:
                    _names.GetTypeFromReference(metadata, (TypeReferenceHandle)handle, 0);
                    break;
                case HandleKind.TypeDefinition:
                    _names.GetTypeFromDefinition(metadata, (TypeDefinitionHandle)handle, 0);
                    break;
                case HandleKind.TypeSpecification:
                    metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(_names, null);
                    break;
                case HandleKind.MemberReference:
                    AddMember(metadata.GetMemberReference((MemberReferenceHandle)handle));
                    break;
                case HandleKind.MethodSpecification:
                    var generic = metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                    Add(generic.Method);
                    generic.DecodeSignature(_names, null);
                    break;
                case HandleKind.MethodDefinition:
                    var method = metadata.GetMethodDefinition((MethodDefinitionHandle)handle);
                    Add(method.GetDeclaringType());
                    method.DecodeSignature(_names, null);
                    break;
                case HandleKind.FieldDefinition:
                    var field = metadata.GetFieldDefinition((FieldDefinitionHandle)handle);
                    Add(field.GetDeclaringType());
                    field.DecodeSignature(_names, null);
                    break;
                case HandleKind.StandaloneSignature:
                    metadata.GetStandaloneSignature((StandaloneSignatureHandle)handle).DecodeMethodSignature(_names, null);
                    break;
                default:
                    throw new NotSupportedException($"Nothing is known of a {handle.Kind}.");
            }
        }

        private void AddMember(MemberReference member)
        {
            // Compiler-made iterators ask which thread they run on.
            if (metadata.StringComparer.Equals(member.Name, "get_CurrentManagedThreadId"))
            {
                return;
            }

            Add(member.Parent);
            if (member.GetKind() is MemberReferenceKind.Method)
            {
                member.DecodeMethodSignature(_names, null);
            }
            else
            {
                member.DecodeFieldSignature(_names, null);
            }
        }
    }
}
