using System.Collections;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using NUnit.Framework;

namespace PlayFlow.Core.Tests.Conventions;

/// <summary>How types are made, everywhere in what is shipped.</summary>
public sealed class TypeRulesTests
{
    private static IEnumerable<string> Shipped => Assemblies.Shipped;

    private static IEnumerable<string> Packages => Assemblies.Packages;

    [TestCaseSource(nameof(Shipped))]
    public void No_state_is_kept_in_statics(string assembly) => Assert.That(Load(assembly).SelectMany(MutableStatics), Is.Empty);

    [Test]
    public void State_kept_in_statics_is_caught() => Assert.That(
        MutableStatics(typeof(Wrong.Mutable)), Is.EquivalentTo(new[] { "Mutable.Gathered", "Mutable._count", "Mutable.<Property>k__BackingField" }));

    [TestCaseSource(nameof(Shipped))]
    public void Classes_are_sealed_abstract_or_static(string assembly) => Assert.That(
        Load(assembly).Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false, Name: not "Program" } && !IsGenerated(type)), Is.Empty);

    [TestCaseSource(nameof(Packages))]
    public void Public_structs_are_readonly(string assembly) => Assert.That(
        Load(assembly).Where(type => type is { IsValueType: true, IsEnum: false, IsPublic: true } && type.GetCustomAttribute<IsReadOnlyAttribute>() is null),
        Is.Empty);

    [TestCaseSource(nameof(Packages))]
    public void What_interfaces_promise_for_later_can_be_cancelled(string assembly) => Assert.That(
        Load(assembly).Where(type => type is { IsInterface: true, IsVisible: true })
            .SelectMany(type => type.GetMethods())
            .Where(method => IsAwaitable(method.ReturnType) && method.GetParameters().LastOrDefault()?.ParameterType != typeof(CancellationToken)),
        Is.Empty);

    [TestCaseSource(nameof(Packages))]
    public void What_ends_later_is_called_Async(string assembly) => Assert.That(
        Load(assembly).Where(type => type.IsVisible)
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => IsAwaitable(method.ReturnType) && !method.IsSpecialName
                && !method.Name.EndsWith("Async", StringComparison.Ordinal)
                && !method.GetCustomAttributes().Any(attribute => attribute is TestAttribute or TestCaseAttribute or SetUpAttribute or TearDownAttribute)),
        Is.Empty);

    private static Type[] Load(string assembly) => Assembly.LoadFrom(Assemblies.PathOf(assembly)).GetTypes();

    private static IEnumerable<string> MutableStatics(Type type) => IsGenerated(type)
        ? []
        : type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .Where(field => !field.IsLiteral && (!field.IsInitOnly || IsMutable(field.FieldType)))
            .Where(field => !field.Name.StartsWith("<>", StringComparison.Ordinal))
            .Select(field => $"{type.Name}.{field.Name}");

    // Arrays are let through as tables; what grows is not.
    private static bool IsMutable(Type type) =>
        !type.IsArray && type != typeof(string)
        && (typeof(IList).IsAssignableFrom(type) || typeof(IDictionary).IsAssignableFrom(type)
            || type.GetInterfaces().Append(type).Any(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(ICollection<>)))
        && type.Namespace is not ("System.Collections.Immutable" or "System.Collections.Frozen");

    private static bool IsGenerated(Type? type) =>
        type is not null && (type.Name.Contains('<', StringComparison.Ordinal) || type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
            || type.GetCustomAttributes().Any(attribute => attribute.GetType().Name == "GeneratedCodeAttribute") || IsGenerated(type.DeclaringType));

    private static bool IsAwaitable(Type type) => type == typeof(Task) || type == typeof(ValueTask)
        || (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Task<>) || type.GetGenericTypeDefinition() == typeof(ValueTask<>)));
}
